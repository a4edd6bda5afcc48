import fc from 'fast-check';
import { canonicalise, CanonicalError, parseCanonical } from './index.js';

// Text that the profile allows: well formed and in normal form C.
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((s) => s.toWellFormed().normalize('NFC'));
const key = text.filter((s) => s !== '__proto__');
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.boolean(),
    fc.maxSafeInteger().map((n) => (n === 0 ? 0 : n)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('canonical JSON on the strict profile', () => {
  it('writes keys in order of UTF-16 code units, without white space', () => {
    expect(canonicalise({ b: [1, -2], a: { '\u{1f600}': true, '\uff21': 'é' }, '': 'x' })).toBe('{"":"x","a":{"\u{1f600}":true,"\uff21":"é"},"b":[1,-2]}');
  });

  it('gives a value back from its text, and that text again', () => {
    fc.assert(fc.property(value, (v) => {
      const canonical = canonicalise(v);
      expect(canonicalise(parseCanonical(canonical))).toBe(canonical);
      expect(canonicalise(parseCanonical(new TextEncoder().encode(canonical)))).toBe(canonical);
    }));
  });

  it('gives two different values two different texts', () => {
    const order = (v: unknown): unknown =>
      Array.isArray(v) ? v.map(order)
        : typeof v === 'object' && v !== null ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, x]) => [k, order(x)]))
          : v;
    // Compared through an independent form: sorted entries in JSON.stringify.
    fc.assert(fc.property(value, value, (a, b) => {
      expect(canonicalise(a) === canonicalise(b)).toBe(JSON.stringify(order(a)) === JSON.stringify(order(b)));
    }));
  });

  it('does not read any text with one character inserted that is not the text of another value', () => {
    fc.assert(fc.property(value, fc.nat(), fc.constantFrom(' ', '\n', '0', ',', '"', '\ufeff', '\\u0061', '}'), (v, at, extra) => {
      const canonical = canonicalise(v);
      const cut = at % (canonical.length + 1);
      const changed = canonical.slice(0, cut) + extra + canonical.slice(cut);
      let read: unknown;
      try {
        read = parseCanonical(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(CanonicalError);
        return;
      }
      expect(canonicalise(read)).toBe(changed);
      expect(changed).not.toBe(canonical);
    }));
  });

  it.each([
    ['a duplicate key', '{"a":1,"a":1}'],
    ['an escape that JSON does not need', '{"\\u0061":1}'],
    ['an escaped slash', '"\\/"'],
    ['a byte order mark', '\ufeff{}'],
    ['trailing data', '{}{}'],
    ['a trailing line end', '{}\n'],
    ['white space', '{ "a":1}'],
    ['keys out of order', '{"b":1,"a":1}'],
    ['2^53+1', '9007199254740993'],
    ['2^53', '9007199254740992'],
    ['an infinite number', '1e400'],
    ['an exponent', '1e2'],
    ['a fraction', '1.5'],
    ['1.0', '1.0'],
    ['minus zero', '-0'],
    ['a null', '{"a":null}'],
    ['normal form D', '"e\u0301"'],
    ['a key in normal form D', '{"e\u0301":1}'],
    ['a lone surrogate', '"\ud800"'],
    ['an escaped lone surrogate', '"\\ud800"'],
    ['the reserved key', '{"__proto__":{"polluted":true}}'],
    ['33 levels', `${'['.repeat(34)}${']'.repeat(34)}`],
    ['100,000 levels', '['.repeat(100_000)],
    ['nothing', ''],
    ['no JSON', '{a:1}'],
  ])('refuses %s in a text', (_name, source) => {
    expect(() => parseCanonical(source)).toThrow(CanonicalError);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses bytes that are not UTF-8 and texts over 1 MiB', () => {
    expect(() => parseCanonical(Uint8Array.of(0x22, 0xc0, 0x80, 0x22))).toThrow(CanonicalError);
    expect(() => parseCanonical(`"${'a'.repeat(1 << 20)}"`)).toThrow(CanonicalError);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a member that is undefined', { a: undefined }],
    ['null', { a: null }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a symbol key', { [Symbol('s')]: 1 }],
    ['NaN', Number.NaN],
    ['minus zero', -0],
    ['2^53', 2 ** 53],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a boxed number', Object(1)],
    ['toJSON', { toJSON: () => 'other' }],
    ['a getter', Object.defineProperty({}, 'a', { get: () => 1, enumerable: true })],
    ['a hidden property', Object.defineProperty({}, 'a', { value: 1 })],
    ['a hole in an array', [, 1]], // eslint-disable-line no-sparse-arrays
    ['an array with a name', Object.assign([1], { a: 1 })],
    ['an instance of a class', new (class A { a = 1; })()],
  ])('refuses to write %s', (_name, v) => {
    expect(() => canonicalise(v)).toThrow(CanonicalError);
  });

  it('refuses a cycle, and names the place of a refused value', () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(() => canonicalise(cycle)).toThrow(CanonicalError);
    expect(() => canonicalise({ a: [1, { b: 0.5 }] })).toThrow('`/a/1/b`');
  });

  it('never repeats the text in an error', () => {
    expect(() => parseCanonical('{"secret":hunter2}')).toThrow(expect.objectContaining({ code: 'CS0101', message: expect.not.stringContaining('hunter2') }));
  });
});
