import fc from 'fast-check';
import { everyOperator, planOf, planOfSteps, smallTensors, withLocalWork } from '#testing';
import { type LinkFacts, LINK_PROFILES, estimateOf, memoryOf, profileOf } from '../index.js';
import { type Phase, type Plan, type SuiteName, PHASES, computingBytes, costOf, isOffline, lower, ownMilliseconds, trafficOf } from '../plans.js';

const SETTINGS: readonly (readonly [SuiteName, number])[] = [['additive-z64', 2], ['additive-z64', 5], ['replicated-z64', 3], ['shamir-p61', 4]];
const planFor = (suite: SuiteName, parties: number): Plan => planOfSteps(suite, smallTensors, everyOperator.sigmoid, ['y'], parties);
const at = (roundTripMs: number, bitsPerSecond: number) => (): LinkFacts => ({ roundTripMs, bitsPerSecond });

/** Two parties that multiply so many words. */
function products(length: number): Plan {
  const inputs = { a: { party: 0, values: [1n] }, b: { party: 1, values: [1n] } };
  const plan = planOf(2, inputs, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: length });
  return { ...plan, inputs: plan.inputs.map((input) => ({ ...input, length })) };
}

describe.each(SETTINGS)('the traffic of %s with %i parties', (suite, parties) => {
  const plan = planFor(suite, parties);
  const traffic = trafficOf(plan);
  const sum = (from: number, to: number, phases: readonly Phase[]): number => phases.reduce((total, phase) => total + traffic.bytes[from]![to]![phase], 0);

  it('sends nobody anything of its own, and as many bytes for correlations between a pair as their source states', () => {
    for (let one = 0; one < parties; one++) {
      expect(sum(one, one, PHASES)).toBe(0);
      for (let other = 0; other < one; other++) {
        if (suite === 'additive-z64') expect(sum(one, other, ['setUp', 'correlations']) + sum(other, one, ['setUp', 'correlations'])).toBe(traffic.correlations.bytesPerPair);
        else expect(traffic.correlations).toMatchObject({ name: 'none', bytesPerPair: 0 });
      }
    }
  });

  it('takes the rounds that the plan states, and one each to agree and to confirm', () => {
    const { offlineRounds, rounds } = costOf(lower(plan));
    const { masks, inputs, online, opening, agreeing, confirmation } = traffic.rounds;
    expect([masks, inputs + online + opening, agreeing, confirmation]).toEqual([offlineRounds, rounds, 1, 1]);
  });

  it('is estimated to wait half a round trip a round and to send what the busiest party sends', () => {
    const { offline, online, start, total } = estimateOf(plan, { link: at(20, 1e6) });
    const waits = (early: boolean): number => PHASES.filter((phase) => isOffline(phase) === early).reduce((all, phase) => all + traffic.waits[phase], 0);
    expect([offline.waiting, online.waiting]).toEqual([waits(true) * 0.01, waits(false) * 0.01].map((seconds) => expect.closeTo(seconds, 9) as number));
    const busiest = (early: boolean): number => {
      const phases = PHASES.filter((phase) => isOffline(phase) === early);
      const all = Array.from({ length: parties }, (_, party) => party);
      return Math.max(...all.flatMap((party) => [all.reduce((bytes, peer) => bytes + sum(party, peer, phases), 0), all.reduce((bytes, peer) => bytes + sum(peer, party, phases), 0)]));
    };
    expect([offline.sending, online.sending]).toEqual([busiest(true) * 8e-6, busiest(false) * 8e-6].map((seconds) => expect.closeTo(seconds, 9) as number));
    expect(total).toBeCloseTo(start + [offline, online].reduce((all, part) => all + part.waiting + part.sending + part.computing, 0), 9);
  });

  it('goes by the slowest of all links, and memory holds at least what is computed in', () => {
    const slow = estimateOf(plan, { link: (one, other) => (one + other === 1 ? LINK_PROFILES.wan : LINK_PROFILES.lan) });
    expect(slow).toEqual(estimateOf(plan, { link: () => LINK_PROFILES.wan }));
    expect(memoryOf(plan)).toBeGreaterThanOrEqual(computingBytes(plan));
  });
});

it('begins later where an owner computes before it shares, by what the one that has most of it is given', () => {
  const onShares = planFor('additive-z64', 3);
  const own = withLocalWork(onShares);
  const given = Math.max(...own.parties.map((_, party) => ownMilliseconds(lower(own), party)));
  expect(given).toBeGreaterThan(0);
  const [begins, atOnce] = [own, onShares].map((plan) => estimateOf(plan, { link: at(20, 1e6) }).start) as [number, number];
  expect(begins - atOnce).toBeCloseTo(given / 1000, 9);
});

it('takes longer over slower links and for more of the same', () => {
  const totals = (['lan', 'metro', 'wan'] as const).map((name) => estimateOf(planFor('additive-z64', 3), { link: () => LINK_PROFILES[name] }).total);
  expect(totals.toSorted((a, b) => a - b)).toEqual(totals);
  fc.assert(fc.property(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 40_000 }), (a, b) => {
    const [less, more] = [Math.min(a, b), Math.max(a, b)].map((length) => estimateOf(products(length), { link: () => LINK_PROFILES.metro })) as [ReturnType<typeof estimateOf>, ReturnType<typeof estimateOf>];
    expect(less.online.sending).toBeLessThanOrEqual(more.online.sending);
    expect(less.online.computing).toBeLessThanOrEqual(more.online.computing);
  }), { numRuns: 20 });
});

it('counts queries of lattices that are under way together once', () => {
  // 10 batches of 8,192, four at a time.
  const { rounds, waits, correlations } = trafficOf(products(80_000));
  expect([correlations.name, rounds.correlations, waits.correlations]).toEqual(['softspoken+lattice-triples', 20, 6]);
});

it('knows what kind of link a round trip is of', () => {
  expect([0.1, 1.9, 2, 19, 20, 300].map(profileOf)).toEqual(['lan', 'lan', 'metro', 'metro', 'wan', 'wan']);
});
