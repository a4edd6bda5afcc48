import type { JobSpec } from '#contract';
import { jobDigestOf } from './bundle.js';
import { suiteOfJob } from './suite.js';
import { goesOnWithout, leastPartiesOf, verifyVanished } from './vanishing.js';

const named = (count: number): string[] => Array.from({ length: count }, (_, i) => `Bank ${'ABCDEFGHIJ'[i]!}`);
const specOf = (parties: readonly string[], suite: JobSpec['suite'] = 'shamir-p61', receivers: readonly string[] = [parties[0]!]): JobSpec =>
  ({ parties: [...parties], receivers: [...receivers], suite, security: { model: 'semi-honest', majority: 'honest' } }) as unknown as JobSpec;

describe('a job goes on without parties', () => {
  it.each<[JobSpec['suite'], number, number]>([['shamir-p61', 3, 1], ['shamir-p61', 4, 2], ['shamir-p61', 5, 2], ['shamir-p61', 8, 4], ['replicated-z64', 3, 0], ['additive-z64', 2, 0], ['additive-z64', 5, 0], ['auto', 3, 0], ['auto', 4, 2]])(
    'by %s of %i, at most %i', (suite, count, most) => {
      const parties = named(count);
      const goesOn = Array.from({ length: count + 1 }, (_, gone) => goesOnWithout(specOf(parties, suite), new Set(parties.slice(parties.length - gone))));
      expect(goesOn).toEqual(goesOn.map((__, gone) => gone <= most));
    });

  it('while one of the receivers is there, which need be no party', () => {
    const parties = named(5);
    expect(goesOnWithout(specOf(parties, 'shamir-p61', ['Bank B']), new Set(['Bank B']))).toBe(false);
    expect(goesOnWithout(specOf(parties, 'shamir-p61', ['Bank B', 'Bank C']), new Set(['Bank B']))).toBe(true);
    expect(goesOnWithout(specOf(parties, 'shamir-p61', ['Bank B', 'Bank C']), new Set(['Bank B', 'Bank C']))).toBe(false);
    expect(goesOnWithout(specOf(parties, 'shamir-p61', ['Auditor']), new Set(['Bank B', 'Bank C']))).toBe(true);
  });

  it('in a suite that there is', () => expect([leastPartiesOf('shamir-p61', 5), leastPartiesOf('additive-z64', 5), leastPartiesOf('none', 5), leastPartiesOf('constructor', 5)]).toEqual([3, 5, undefined, undefined]));
});

describe('what the log says of a vanished party', () => {
  const spec = specOf(named(5), 'auto');
  const said = { req: jobDigestOf(spec), suite: suiteOfJob(spec), party: 'bank-b', parties: 5 };

  it('is held against the job', () => expect(() => verifyVanished(said, spec)).not.toThrow());
  it.each<[string, typeof said, JobSpec]>([
    ['another job', said, { ...spec, parties: [...named(4), 'Bank Z'] }], ['another suite', { ...said, suite: 'additive-z64' }, spec], ['another number of parties', { ...said, parties: 6 }, spec], ['another party', { ...said, party: 'bank-f' }, spec],
    ['a job that no suite fits', { ...said, req: jobDigestOf(specOf(named(2))) }, specOf(named(2))],
  ])('and refused for %s', (_, of, job) => expect(() => verifyVanished(of, job)).toThrow(expect.objectContaining({ code: 'CS0684' })));
  it('and refused where it names no job', () => expect(() => verifyVanished({ suite: said.suite, party: said.party, parties: 5 }, spec)).toThrow(expect.objectContaining({ code: 'CS0684' })));
});
