import { afterAll, describe, expect, it, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, type JobBundle, type JobView, type ResultFile } from '#contract';
import { verifyBundle } from '#verify';
import { Consortium } from '#testing';
import { type NodeHome } from '../node-home.js';
import { type Reporting, reportFacts, writeReport } from './report-job.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const world = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute only if Bank B signs.\nOnly Bank A may receive the result of Mean.', now });
const statement = world.job('Bank A');
const approval = world.about('approval', 'Bank B', statement);
const bundle: JobBundle = { ...world.bundle(statement), approvals: [approval] };
const { id, digest, spec } = verifyBundle(bundle, { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });

const result: ResultFile = { job: id, result: { mean: 5, count: 12 }, suite: 'additive-z64', rounds: 3, bytes: { sent: 1, received: 1 }, seconds: { offline: 0, online: 0, total: 0 }, at: new Date(now.getTime() + 60_000).toISOString() };
const view = {
  id, digest, spec, state: 'released', attempt: 1, policy: { version: 1, digest: world.policy.digest }, decision: { outcome: 'allow', summary: 'as the control plane says', rules: [], obligations: { minimumGroup: 0 } },
  signatures: [{ kind: 'approval', signer: 'Somebody', kid: 'key', at: now.toISOString() }], receipts: [], duties: [], history: [], progress: [],
} as unknown as JobView;

function reporting({ job = view, rests = bundle, of = 'Bank A', has = result, pins = world.pins, accepted = [world.policy.digest] }: { job?: JobView; rests?: JobBundle | ApiError; of?: string; has?: ResultFile | null; pins?: typeof world.pins; accepted?: string[] } = {}): Reporting {
  const home = { name: of, peers: () => pins, acceptedPolicies: () => accepted.map((each) => ({ digest: each })), result: () => has ?? undefined } as unknown as NodeHome;
  const client = { job: async () => job, jobBundle: async () => { if (rests instanceof ApiError) throw rests; return rests; } } as unknown as Reporting['client'];
  return { home, client, id, now: new Date(now.getTime() + 30 * 86_400_000) };
}

describe('what a report says of its job', () => {
  it('was checked here, as of the time of the result, however long ago that is', async () => {
    const facts = await reportFacts(reporting());
    expect(facts.checked).toEqual({ here: true, firstSeen: [] });
    expect(facts.approvals).toEqual([{ signer: 'Bank B', at: now.toISOString(), kid: world.node('Bank B').approval.kid }]);
    expect(facts.decision.rules.map(({ sentence }) => sentence)).toContain('Allow anyone to compute only if Bank B signs.');
    expect(facts).toMatchObject({ receiver: 'Bank A', program: { name: 'Mean' }, result });
  });

  it('names those whose keys were never pinned here', async () => {
    const { 'Bank A': own } = world.pins;
    expect((await reportFacts(reporting({ pins: { 'Bank A': own! } }))).checked).toEqual({ here: true, firstSeen: ['Bank B'] });
  });

  const other = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.', now });
  test.each<[string, Parameters<typeof reporting>[0], string]>([
    ['an approval is missing', { rests: { ...bundle, approvals: [] } }, 'CS0361'],
    ['somebody else signed it', { rests: { ...bundle, approvals: [other.about('approval', 'Bank B', statement)] } }, 'CS0354'],
    ['keys are others than those pinned', { pins: other.pins }, 'CS0332'],
    ['its policy was never accepted here', { accepted: [] }, 'CS0350'],
    ['the control plane has forgotten it', { rests: new ApiError({ type: 'x', title: 'x', status: 404, code: 'CS0404', detail: 'gone' } as never) }, 'CS0404'],
  ])('says that it was not where %s', async (_, change, code) => {
    const { checked, approvals, decision } = await reportFacts(reporting(change));
    expect(checked).toMatchObject({ here: false, code });
    expect(approvals.map(({ signer }) => signer)).toEqual(['Somebody']);
    expect(decision.summary).toBe('as the control plane says');
  });
});

test.each<[string, Parameters<typeof reporting>[0], string]>([
  ['a node that does not receive it', { of: 'Bank B' }, 'CS0685'],
  ['a job without a result', { has: null }, 'CS0686'],
  ['a job that waits', { has: null, job: { ...view, state: 'needs_signatures' } }, 'CS0686'],
  ['another job under its id', { job: { ...view, spec: { ...spec, purpose: 'marketing' } } }, 'CS0687'],
  ['another id', { job: { ...view, id: 'job_00000000000000000000' } }, 'CS0687'],
])('there is no report for %s', async (_, change, code) => {
  await expect(reportFacts(reporting(change))).rejects.toMatchObject({ code });
});

describe('a report as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-report-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is readable by its owner alone, and replaces an older report', async () => {
    const path = join(folder, 'made', 'report.html');
    const facts = await reportFacts(reporting());
    await writeReport(facts, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await writeReport({ ...facts, receiver: 'Bank A again' }, path);
    expect(readFileSync(path, 'utf8')).toContain('result report for Bank A again');
    expect(readdirSync(join(folder, 'made'))).toEqual(['report.html']);
  });

  it('says so where it cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const facts = await reportFacts(reporting());
    for (const path of [join(folder, 'file', 'report.html'), folder]) await expect(writeReport(facts, path)).rejects.toMatchObject({ code: 'CS0689' });
  });

  it('replaces nothing else', async () => {
    const facts = await reportFacts(reporting());
    for (const [name, text] of [['loans.csv', 'a,b\n1,2\n'], ['page.html', '<!doctype html><title>x</title>'], ['empty', '']] as const) {
      const path = join(folder, name);
      writeFileSync(path, text);
      await expect(writeReport(facts, path)).rejects.toMatchObject({ code: 'CS0688' });
      expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });
});
