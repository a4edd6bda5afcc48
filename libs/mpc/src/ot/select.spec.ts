import fc from 'fast-check';
import { bitAt, maskOf, select } from './select.js';

it('a mask is the integer 0 or −1: −0 is a number of another kind, and its time would tell the bit', () => {
  for (const bit of [0, 2, 254, -2]) expect(Object.is(maskOf(bit), 0)).toBe(true);
  for (const bit of [1, 3, 255, -1]) expect(maskOf(bit)).toBe(-1);
});

it('one of two is chosen by the lowest bit', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(255), (zero, choice) => {
    const one = zero.map((byte) => byte ^ 0x5a);
    const target = new Uint8Array(zero.length);
    select(target, choice, zero, one);
    expect(target).toEqual((choice & 1) === 0 ? zero : one);
  }));
});

it('bits are packed lowest first', () => {
  expect(Array.from({ length: 16 }, (_, i) => bitAt(Uint8Array.of(0b1010_0001, 0b1000_0000), i))).toEqual([1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
});
