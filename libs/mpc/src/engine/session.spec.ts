import { type Plan } from '#program';
import { memoryLinks, seededRandomness } from '#testing';
import { runSession } from './session.js';

const sumPlan = (parties: number): Plan => ({
  v: 1,
  program: { name: 'Sum', digest: '' },
  suite: 'additive-z64',
  parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`),
  receivers: ['Bank 0'],
  inputs: Array.from({ length: parties }, (_, party) => ({ name: `x${party}`, party, dataset: 'Loans', length: 3, fractionBits: 0, source: { of: 'count' } })),
  steps: [{ op: 'add', out: 'total', terms: Array.from({ length: parties }, (_, i) => `x${i}`) }],
  outputs: [{ name: 'sum', value: 'total', length: 3, fractionBits: 0 }],
});

test.each([2, 3, 4, 5])('%i parties learn the sum and only the receiver gets it', async (parties) => {
  const plan = sumPlan(parties);
  const links = memoryLinks(parties);
  const opened = await Promise.all(
    links.map(async (row, party) => {
      const held = await runSession({
        plan, planDigest: '0'.repeat(64), sessionId: new Uint8Array(32), party, links: row, randomness: seededRandomness(`party ${party}`),
        inputs: new Map([[`x${party}`, BigUint64Array.of(BigInt(party), 2n ** 64n - 1n, 2n ** 63n)]]),
      });
      return held.open([0]);
    }),
  );
  const n = BigInt(parties);
  expect(opened[0]!.get('sum')).toEqual(BigUint64Array.of((n * (n - 1n)) / 2n, BigInt.asUintN(64, -n), BigInt.asUintN(64, n << 63n)));
  expect(opened.slice(1).every((values) => values === undefined)).toBe(true);
});
