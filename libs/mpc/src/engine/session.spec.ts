import { randomBytes } from 'node:crypto';
import { type Plan, type PlanStep, planDigest } from '#program';
import { memoryLinks, seededRandomness } from '#testing';
import { type HeldOutputs } from './held-outputs.js';
import { runSession } from './session.js';

const mask = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

interface Vector {
  readonly party: number;
  readonly values: bigint[];
}

/** A plan over named private vectors, that opens `outputs`. */
function planOf(parties: number, vectors: Record<string, Vector>, steps: readonly PlanStep[], outputs: Record<string, number>): Plan {
  return {
    v: 1,
    program: { name: 'Spec', digest: '' },
    suite: 'additive-z64',
    parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`),
    receivers: ['Bank 0'],
    inputs: Object.entries(vectors).map(([name, { party, values }]) => (
      { name, party, dataset: 'Loans', length: values.length, fractionBits: 0, source: { of: 'column', column: name } })),
    steps,
    outputs: Object.entries(outputs).map(([value, length]) => ({ name: value, value, length, fractionBits: 0 })),
  };
}

async function hold(plan: Plan, vectors: Record<string, Vector>, links = memoryLinks(plan.parties.length)): Promise<HeldOutputs[]> {
  const sessionId = new Uint8Array(32).fill(5);
  return Promise.all(links.map((row, party) => runSession({
    plan, planDigest: planDigest(plan), sessionId, party, links: row, randomness: seededRandomness(`party ${party}`),
    inputs: new Map(Object.entries(vectors).filter(([, vector]) => vector.party === party).map(([name, { values }]) => [name, BigUint64Array.from(values, mask)])),
  })));
}

async function open(held: readonly HeldOutputs[], to: readonly number[]) {
  return Promise.all(held.map((each) => each.open(to)));
}

const random = (length: number): bigint[] => [...new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer)];

describe.each([2, 3, 4, 5])('%i parties', (parties) => {
  test('sum, multiply and combine as in Z_2^64, and only receivers learn', async () => {
    const vectors: Record<string, Vector> = {
      x: { party: 0, values: [...edges, ...random(5)] },
      y: { party: 1, values: [...random(5), ...edges] },
      z: { party: parties - 1, values: random(11) },
      w: { party: 0, values: [2n ** 64n - 3n] },
      v: { party: 1, values: [2n ** 63n] },
    };
    const plan = planOf(parties, vectors, [
      { op: 'add', out: 'sum', terms: ['x', 'y', 'z', 'w'] },
      { op: 'multiply', out: 'xy', left: 'x', right: 'y' },
      { op: 'multiply', out: 'wz', left: 'w', right: 'z' },
      { op: 'multiply', out: 'deep', left: 'xy', right: 'sum' },
      { op: 'combine', out: 'mix', columns: ['x', 'y', 'z'], weights: ['w', 'v', 'w'] },
    ], { sum: 11, xy: 11, wz: 11, deep: 11, mix: 11 });
    const held = await hold(plan, vectors);
    const [x, y, z] = ['x', 'y', 'z'].map((name) => vectors[name]!.values);
    const [w, v] = ['w', 'v'].map((name) => vectors[name]!.values[0]!);
    const expected: Record<string, bigint[]> = {
      sum: x!.map((_, i) => x![i]! + y![i]! + z![i]! + w!),
      xy: x!.map((_, i) => x![i]! * y![i]!),
      wz: z!.map((each) => w! * each),
      deep: x!.map((_, i) => x![i]! * y![i]! * (x![i]! + y![i]! + z![i]! + w!)),
      mix: x!.map((_, i) => x![i]! * w! + y![i]! * v! + z![i]! * w!),
    };
    expect(new Set(held.map((each) => Buffer.from(each.transcript).toString('hex'))).size).toBe(1);
    const opened = await open(held, [0, parties - 1]);
    for (const [party, values] of opened.entries()) {
      if (party !== 0 && party !== parties - 1) expect(values).toBeUndefined();
      else for (const [name, want] of Object.entries(expected)) expect([...values!.get(name)!]).toEqual(want.map(mask));
    }
  });

  test.each([
    [[10n, 11n, 2n ** 62n - 1n], 10, true],
    [[10n, 9n, 12n], 10, false],
    [[0n], 1, false],
    [[0n], 0, true],
    [[5n, 5n, 5n, 5n, 5n, 5n, 5n], 5, true],
    [[5n, 5n, 5n, 5n, 5n, 5n, 4n], 5, false],
  ])('%p at least %i: %p', async (values, bound, enough) => {
    const vectors: Record<string, Vector> = { a: { party: 0, values: values.map((each) => each - 3n) }, b: { party: 1, values: values.map(() => 3n) } };
    const plan = planOf(parties, vectors, [
      { op: 'add', out: 'count', terms: ['a', 'b'] },
      { op: 'multiply', out: 'square', left: 'count', right: 'count' },
      { op: 'require_at_least', value: 'count', bound },
    ], { square: values.length });
    if (enough) {
      const [opened] = await open(await hold(plan, vectors), [0]);
      expect([...opened!.get('square')!]).toEqual(values.map((each) => mask(each * each)));
      return;
    }
    const links = memoryLinks(parties);
    const results = await Promise.allSettled([hold(plan, vectors, links)]);
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'CS0707' } });
  });
});

