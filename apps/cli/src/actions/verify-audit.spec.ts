import { describe, expect, it } from '@jest/globals';
import { ApiError, type JobSpec, type JobView } from '#contract';
import { Consortium } from '#testing';
import { verifyBundle } from '#verify';
import { vanishingsFound } from './verify-audit.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const parties = ['Bank A', 'Bank B', 'Bank C', 'Bank D'];
const world = new Consortium({ nodes: parties, policy: 'Allow anyone to compute only if Bank B signs.', now });
const statement = world.job('Bank A', { parties, inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), suite: 'shamir-p61', security: { model: 'semi-honest', majority: 'honest' } });
const bundle = { ...world.bundle(statement), approvals: [world.about('approval', 'Bank B', statement)] };
const { id, digest, spec } = verifyBundle(bundle, { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });

const said = { index: 7, job: id, req: digest, suite: 'shamir-p61', party: 'bank-c', parties: 4 };
const problem = (status: number, code: string): ApiError => new ApiError({ type: `urn:countersign:problem:${code}`, title: 'no', status, code });
const showing = (job: JobSpec | Error) => ({ job: async (): Promise<JobView> => { if (job instanceof Error) throw job; return { spec: job } as JobView; } });

describe('what the log says of vanished parties', () => {
  it('is no finding where the job says so too', async () => expect(await vanishingsFound(showing(spec), [said])).toEqual([]));
  it('is a finding, with its entry, where the job says otherwise', async () => {
    expect(await vanishingsFound(showing(spec), [{ ...said, parties: 5 }, said])).toEqual([{ code: 'CS0684', message: expect.stringContaining('of 5 parties'), index: 7 }]);
  });
  it('is a finding for each entry about a job that the control plane does not know', async () => {
    expect(await vanishingsFound(showing(problem(404, 'CS0404')), [said, { ...said, index: 9 }])).toEqual([7, 9].map((index) => ({ code: 'CS0684', message: `the log says that a party vanished from \`${id}\`, and the control plane knows no such job`, index })));
  });
  it.each<[string, Error]>([['is out of order', problem(500, 'CS0500')], ['lets nobody read it', problem(403, 'CS0403')], ['answers with no explanation', problem(404, 'CS0490')], ['cannot be reached', new Error('ECONNREFUSED')]])(
    'is not verified where the control plane %s', async (_, error) => expect(vanishingsFound(showing(error), [said])).rejects.toBe(error));
});
