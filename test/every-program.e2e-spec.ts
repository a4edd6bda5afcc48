import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { signed } from '../apps/cli/src/actions/statement.js';
import { plannedFields } from '../apps/cli/src/actions/submit-job.js';
import { loadLab } from '../apps/cli/src/lab/check.js';
import { Consortium } from '../apps/cli/src/lab/consortium.js';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { type RequestRule } from '../apps/cli/src/lab/schema.js';
import { ROOT } from '../apps/cli/src/root.js';
import { type JobView } from '../libs/contract/src/index.js';
import { chooseSuite, evaluateInClear, planJob, PROGRAMS, programByName } from '../libs/program/src/index.js';
import { descriptorOf } from '../libs/verify/src/index.js';
import { flagsOf, labelOf, NODES, REQUESTS, TABLES, writeClinics, type Within } from './support/every-program.js';
import { inProcess, type Answer } from './support/in-process.js';
import { CommandFolder, type Ended } from './support/run-countersign.js';

/** Every program that is shipped over all surfaces: REST, the command line and lab files, by real control planes, PostgreSQL and workers. */

const folder = new CommandFolder('every-program');
/** Nothing is drawn from a stock, so that what is planned is what is sent. */
const env = { ...process.env, COUNTERSIGN_STOCK_SESSIONS: '0', NODE_OPTIONS: '' };
let consortium: Consortium;
let url: string;
/** Another consortium, beside that of the command line and REST. */
let lab: Promise<Ended>;

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  consortium = new Consortium(loadLab(writeClinics(folder.path)), { env, clock: () => new Date(), keep: false, onDeath: () => undefined });
  await consortium.startControlPlane();
  await Promise.all(NODES.map((name) => consortium.enrol(name, false)));
  consortium.startWorkers();
  await consortium.publish('all.policy', NODES);
  await consortium.ready();
  ({ url } = consortium.member('North').home.settings().controlPlane);
  lab = folder.run(['lab', 'run', join(folder.path, 'lab.yaml'), '--json']);
});
afterAll(async () => {
  await Promise.all([consortium?.close(), lab]);
  folder.remove();
});

const countersign = (...args: readonly string[]): Promise<Answer> => inProcess({ ...env, COUNTERSIGN_HOME: consortium.homes.path, COUNTERSIGN_URL: url }, ...args);

async function rest(method: string, path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const reply = await fetch(new URL(path, url), {
    method, ...(body && { body: JSON.stringify(body) }), headers: { authorization: `Bearer ${consortium.homes.operatorKey()}`, ...(body && { 'content-type': 'application/json' }) },
  });
  return { status: reply.status, json: await reply.json() };
}

/** The job as its requester signs it, by hand. */
function jobOf(request: RequestRule, policy: string): string {
  const now = new Date();
  return signed(consortium.member('North').home.signingKey('approval'), { type: 'job', issuer: 'North', issuedAt: now, expiresAt: new Date(now.getTime() + 600_000) }, {
    nonce: randomBytes(16).toString('base64url'), ...plannedFields(request, 'North'), program: { name: request.program, digest: programByName(request.program)!.digest }, policy,
  });
}

const known = new Map<string, Promise<unknown>>();
function inClear(request: RequestRule): Promise<unknown> {
  const clear = known.get(request.program) ?? evaluated(request);
  known.set(request.program, clear);
  return clear;
}

async function evaluated(request: RequestRule): Promise<unknown> {
  const { parameters, inputs, parties, receivers, ...fields } = plannedFields(request, 'North');
  const { suite } = chooseSuite({ suite: fields.suite, majority: fields.security.majority, parties: parties.length });
  const table = (node: string, dataset: string) => TABLES[node as (typeof NODES)[number]][dataset]!;
  const plan = planJob({
    program: request.program, suite, parameters, inputs, parties, receivers, minimumGroup: 1, rows: inputs.map(({ node, dataset }) => ({ node, dataset, rows: table(node, dataset).rows })),
    datasets: (await consortium.operator.datasets()).map(({ node, ...dataset }) => descriptorOf(node, dataset)),
  });
  return evaluateInClear(plan, table);
}

/** Where two results differ by more than they may, and how. */
function differences(found: unknown, clear: unknown, within: Within, at = 'result'): string[] {
  if (typeof found === 'number' && typeof clear === 'number') {
    const most = 'part' in within ? within.part * Math.abs(clear) : within.most;
    return Math.abs(found - clear) <= most ? [] : [`${at} is ${found}, not ${clear}`];
  }
  if (typeof found !== 'object' || typeof clear !== 'object' || found === null || clear === null) return found === clear ? [] : [`${at} is ${String(found)}, not ${String(clear)}`];
  const names = [...new Set([...Object.keys(found), ...Object.keys(clear)])];
  return names.flatMap((name) => differences((found as Record<string, unknown>)[name], (clear as Record<string, unknown>)[name], within, `${at}.${name}`));
}

it('every program that is shipped is asked for here', () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(PROGRAMS.map(({ name }) => name).sort());
});

it('`program list` has all of them, and REST the same', async () => {
  const { code, json } = await countersign('program', 'list');
  expect({ code, names: (json as { name: string }[]).map(({ name }) => name) }).toEqual({ code: 0, names: PROGRAMS.map(({ name }) => name) });
  expect((await consortium.operator.programs()).map(({ name }) => name).sort()).toEqual(PROGRAMS.map(({ name }) => name).sort());
});

describe.each(PROGRAMS.map(({ name }) => name))('%s', (name) => {
  const program = programByName(name)!;
  const { request, within } = REQUESTS[name]!;

  it('has a form over REST, is shown, planned, submitted by the command line and by REST, and gives what the clear gives', async () => {
    const { status, json: view } = await rest('GET', `/v1/programs/${encodeURIComponent(name)}`);
    expect({ status, view }).toMatchObject({ status: 200, view: { name, digest: program.digest, opens: program.opens, parameters: program.parametersJsonSchema } });
    expect(Object.keys((program.parametersJsonSchema.properties ?? {}) as object).sort()).toEqual(program.parameters.map((parameter) => parameter.name).sort());
    expect(await countersign('program', 'show', name)).toMatchObject({ code: 0, json: { name, digest: program.digest, opens: program.opens, parametersJsonSchema: program.parametersJsonSchema } });

    const { code, json: planned } = (await countersign('job', 'plan', ...flagsOf(request))) as { code: number; json: { rounds: { offline: number; online: number }; bytes: { links: { from: string; offline: number; online: number }[] } } };
    expect({ code, planned }).toMatchObject({ code: 0, planned: { program: { name, digest: program.digest }, policy: { outcome: 'allow' } } });

    const submitted = await countersign('job', 'submit', ...flagsOf(request));
    expect(submitted).toMatchObject({ code: 0, json: { state: 'authorised', spec: { program: { name } } } });
    const { id, spec: { policy } } = submitted.json as JobView;
    const byRest = await rest('POST', '/v1/jobs', { job: jobOf(request, policy) });
    expect(byRest).toMatchObject({ status: 201, json: { state: 'authorised' } });
    const { id: other } = byRest.json as JobView;
    const watch = (job: string): Promise<Answer> => countersign('job', 'watch', job, '--as', 'North');
    expect(await Promise.all([id, other].map(watch))).toMatchObject([{ code: 0 }, { code: 0 }]);

    const clear = await inClear(request);
    for (const job of [id, other]) {
      const { code: told, json } = await countersign('job', 'result', job, '--as', 'North');
      expect({ told, differences: differences((json as { result: unknown }).result, clear, within) }).toEqual({ told: 0, differences: [] });
    }
    const { json: ended } = await rest('GET', `/v1/jobs/${id}`);
    const { parties } = (ended as JobView).spec;
    const sentBy = (party: string): number => planned.bytes.links.filter(({ from }) => from === party).reduce((sum, { offline, online }) => sum + offline + online, 0);
    expect((ended as JobView).receipts.map(({ node, rounds, bytesSent }) => ({ node, rounds, bytesSent })).sort((a, b) => a.node.localeCompare(b.node)))
      .toEqual(parties.map((node) => ({ node, rounds: planned.rounds.offline + planned.rounds.online, bytesSent: sentBy(node) })).sort((a, b) => a.node.localeCompare(b.node)));
  });
});

it('one lab asks for all of them, and their results are those of the clear', async () => {
  const { exit, out, err } = await lab;
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const { jobs } = JSON.parse(out) as LabReport;
  for (const [name, { request, within }] of Object.entries(REQUESTS)) {
    const { state, result } = jobs[labelOf(name)];
    expect({ name, state, differences: differences(result, await inClear(request), within) }).toEqual({ name, state: 'released', differences: [] });
  }
});
