import { type Plan, type PlanStep, type SuiteName, costOf, lower } from '#program';
import { LAYOUTS, place, scratchBytes } from '#program/plans';
import { allHeld, memoryLinks, planOf, runParties } from '#testing';
import { decodeHeader, headerBytes } from '../channel/frame.js';
import { type Link, labelOf, maxMessageBytes, wireBytes } from '../channel/index.js';

/** Inputs, products and outputs, each of more bytes than a message holds; 2^22 + 10 words are opened. */
const length = 2 ** 21 + 5;
const values = (party: number): bigint[] => Array.from({ length }, (_, i) => BigInt((i * 7919 + party) % 1009) - 500n);
const few = [3n, -4n, 5n];
const vectors = { x: { party: 0, values: values(0) }, y: { party: 1, values: values(1) }, u: { party: 0, values: few }, v: { party: 1, values: few } };
// The few make that nothing else begins where a message does.
const steps: PlanStep[] = [{ op: 'multiply', out: 'w', left: 'u', right: 'v' }, { op: 'multiply', out: 'z', left: 'x', right: 'y' }];
/** Bytes of a product, of suites that have all of a round in one. */
const roundOf = { 'additive-z64': ['additive-z64/2', 16], 'replicated-z64': ['replicated-z64/1', 8] } as const;
const plans = new Map<SuiteName, Plan>((['additive-z64', 'replicated-z64', 'shamir-p61'] as const).map((suite) =>
  [suite, planOf(suite === 'additive-z64' ? 2 : 3, vectors, steps, { z: length, x: length, w: few.length }, suite)]));

/** The link, how long the longest message is that it was given, and what it was given of each message, frames included. */
function observed(link: Link): Link & { longest: number; readonly bytes: Map<number, number> } {
  const seen = {
    longest: 0,
    bytes: new Map<number, number>(),
    write(frame: Uint8Array) {
      const { total, tag } = decodeHeader(frame.subarray(0, headerBytes), frame.length)!;
      seen.longest = Math.max(seen.longest, total);
      seen.bytes.set(tag, (seen.bytes.get(tag) ?? 0) + frame.length);
      return link.write(frame);
    },
    read: () => link.read(),
    close: () => link.close(),
  };
  return seen;
}

describe.each([...plans])('%s', (suite, plan) => {
  it(`opens ${2 * length} words, and no message is above the limit`, async () => {
    const links = memoryLinks(plan.parties.length);
    const ends = links.flatMap((row) => row.flatMap((link, peer) => (link ? [(row[peer] = observed(link)) as ReturnType<typeof observed>] : [])));
    const held = allHeld(await runParties(plan, vectors, { offline: 'ideal', links }));
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    let wrong = 0;
    const [x, z] = ['x', 'z'].map((name) => new BigInt64Array(opened!.get(name)!.buffer, opened!.get(name)!.byteOffset)) as [BigInt64Array, BigInt64Array];
    for (let i = 0; i < length; i++) if (x[i] !== vectors.x.values[i] || z[i] !== x[i]! * vectors.y.values[i]!) wrong += 1;
    expect(wrong).toBe(0);
    const longest = Math.max(...ends.map((end) => end.longest));
    expect(longest).toBeGreaterThan(maxMessageBytes / 8);
    expect(longest).toBeLessThanOrEqual(maxMessageBytes);
    expect([...opened!.get('w')!]).toEqual([9n, 16n, 25n]);
    if (suite === 'shamir-p61') return;
    // Messages that are full take no more frames than one long one.
    const [protocol, productBytes] = roundOf[suite];
    expect(Math.max(...ends.map(({ bytes }) => bytes.get(labelOf(protocol, 'round').tag) ?? 0))).toBe(wireBytes(productBytes * (length + few.length)));
  });

  it('takes memory for its registers and little more, however large a round is', () => {
    const lowered = lower(plan);
    const { bytes } = place(lowered, LAYOUTS[suite]);
    expect(costOf(lowered).rounds).toBe(3);
    // One copy of a register, and what does not depend on the plan.
    expect(scratchBytes(lowered)).toBeLessThanOrEqual(16 * length + 2 ** 21);
    expect(bytes).toBeLessThanOrEqual(LAYOUTS[suite].components * 3 * (8 * length + 1024));
  });
});
