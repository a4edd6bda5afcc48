import { describe, expect, test } from '@jest/globals';
import { codeOf, POLICY } from './support/consortium.js';
import { openedForAll } from './support/opened-consortium.js';

/** Policies at a control plane, from a draft to what they decide. */

const world = openedForAll();

describe('policies', () => {
  test('a dry run decides and stores nothing', async () => {
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'] };
    expect((await world.banks.admin.decide(ask)).outcome).toBe('needs_signatures');
    expect((await world.banks.admin.decide({ ...ask, signers: ['Bank B'] })).outcome).toBe('allow');
    expect((await world.banks.admin.decide({ ...ask, receivers: ['Bank C'] })).outcome).toBe('deny');
    expect(await codeOf(world.banks.admin.decide({ ...ask, as: 'Bank X' }))).toBe('CS0431');
  });

  test('one that does not compile is refused with its diagnostics', async () => {
    const problem = await world.banks.admin.publishPolicy({ file: 'bad.policy', source: 'Allow Bank A to compute only if Bank Bee signs.' }).catch((error: { problem: object }) => error.problem);
    expect(problem).toMatchObject({ status: 422, code: 'CS0425', diagnostics: [{ severity: 'error', span: { file: 'bad.policy' } }] });
    expect(await world.banks.admin.checkPolicy({ file: 'bad.policy', source: 'Allow Bank A to compute only if Bank Bee signs.' })).toMatchObject({ ok: false });
    expect(await world.banks.admin.checkPolicy({ file: 'p', source: POLICY })).toMatchObject({ ok: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test('a new one supersedes jobs that wait, visibly; the same again changes nothing', async () => {
    const { a, b } = world.banks.nodes;
    const waiting = a.job(world.banks.policy);
    await world.banks.admin.submitJob(waiting.jws);
    const next = await world.banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Requesters must not sign their own jobs.\n` });
    const view = await world.banks.admin.job(waiting.id);
    expect([view.state, view.code, view.reason]).toEqual(['superseded', 'CS0422', `policy version ${next.version} was published`]);
    expect(await codeOf(world.banks.admin.approve(waiting.id, b.about('approval', waiting, world.banks.policy)))).toBe('CS0307');
    expect((await world.banks.admin.publishPolicy({ file: 'credit.policy', source: next.source })).version).toBe(next.version);
    expect((await world.banks.admin.policies()).map(({ version, inForce }) => [version, inForce])).toEqual([[1, false], [2, true]]);
    expect(await codeOf(world.banks.admin.submitJob(a.job(world.banks.policy).jws))).toBe('CS0426');
  });

  test('one that wants differential privacy allows it up to its epsilon, and what noise would drown is refused', async () => {
    const { a } = world.banks.nodes;
    const next = await world.banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Every computation on Loans must use differential privacy with epsilon at most 0.5.\n` });
    const laplace = (epsilon: string) => ({ privacy: { mechanism: 'discrete-laplace', epsilon } }) as const;
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'], signers: ['Bank B'] };
    for (const [privacy, outcome] of [[{}, 'deny'], [laplace('0.6'), 'deny'], [laplace('0.5'), 'allow']] as const) {
      expect((await world.banks.admin.decide({ ...ask, ...privacy })).outcome).toBe(outcome);
    }
    for (const [privacy, state] of [[{}, 'denied'], [laplace('0.51'), 'denied'], [laplace('0.5'), 'needs_signatures']] as const) {
      expect((await world.banks.admin.submitJob(a.job(next.digest, privacy).jws)).state).toBe(state);
    }
    expect(await codeOf(world.banks.admin.submitJob(a.job(next.digest, laplace('0.000001')).jws))).toBe('CS0631');
  });

  test('one that wants no LPN, or Module-LWE alone, allows what says so', async () => {
    const { a } = world.banks.nodes;
    const asking = (assumptions?: 'no-lpn' | 'module-lwe-only') => ({ security: { model: 'semi-honest', majority: 'dishonest', ...(assumptions && { assumptions }) } }) as const;
    const ask = { as: 'Bank A', program: 'Mean', inputs: [{ node: 'Bank B', dataset: 'Loans', role: 'rows' }], receivers: ['Bank A'], signers: ['Bank B'] };
    for (const [sentence, allowed] of [['use an LPN-free protocol', ['no-lpn', 'module-lwe-only']], ['rest on Module-LWE only', ['module-lwe-only']]] as const) {
      const next = await world.banks.admin.publishPolicy({ file: 'credit.policy', source: `${POLICY}Every computation on Loans must ${sentence}.\n` });
      for (const profile of [undefined, 'no-lpn', 'module-lwe-only'] as const) {
        const isAllowed = profile !== undefined && (allowed as readonly string[]).includes(profile);
        expect([sentence, profile, (await world.banks.admin.decide({ ...ask, ...asking(profile) })).outcome]).toEqual([sentence, profile, isAllowed ? 'allow' : 'deny']);
        expect([sentence, profile, (await world.banks.admin.submitJob(a.job(next.digest, asking(profile)).jws)).state]).toEqual([sentence, profile, isAllowed ? 'needs_signatures' : 'denied']);
      }
      expect((await world.banks.admin.decide(ask)).outcome).toBe('deny');
      // Of three parties with an honest majority nothing but links rests on any such problem, so that no word is needed.
      const parties = ['Bank A', 'Bank B', 'Bank C'];
      const honest = { parties, security: { model: 'semi-honest', majority: 'honest' } } as const;
      const inputs = parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' }));
      for (const suite of ['auto', 'replicated-z64', 'shamir-p61'] as const) {
        expect([sentence, suite, (await world.banks.admin.decide({ ...ask, ...honest, suite, inputs })).outcome]).toEqual([sentence, suite, 'allow']);
        expect([sentence, suite, (await world.banks.admin.submitJob(a.job(next.digest, { ...honest, suite, inputs }).jws)).state]).toEqual([sentence, suite, 'needs_signatures']);
      }
      expect((await world.banks.admin.decide({ ...ask, ...honest, suite: 'additive-z64', inputs })).outcome).toBe('deny');
    }
  });
});
