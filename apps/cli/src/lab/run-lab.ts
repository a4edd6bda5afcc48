import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reportFacts, writeReport } from '../actions/report-job.js';
import { problemsOf, verifyAudit } from '../actions/verify-audit.js';
import { CliError, failureOf } from '../failure.js';
import { type LoadedLab } from './check.js';
import { Consortium } from './consortium.js';
import { type Narrator } from './narrator.js';
import { jobReportOf, type JobReport, type LabReport, type StepReport } from './report.js';
import { StepRunner } from './steps.js';

export interface LabOptions {
  readonly narrator: Narrator;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** Ends the run early; everything is cleaned up all the same. */
  readonly signal: AbortSignal;
  readonly keep: boolean;
  /** The folder where each result gets its report. */
  readonly reports: string;
  /** Told where the homes are, when they are kept. */
  readonly onKept: (path: string) => void;
}

export interface LabOutcome {
  readonly report: LabReport;
  /** Why the lab failed, if it did. */
  readonly failure?: CliError;
}

/** Runs a whole consortium through the steps of a lab. Rejects when the consortium cannot be set up; its processes never outlive the call. */
export async function runLab(lab: LoadedLab, { narrator, env, clock, signal, keep, reports, onKept }: LabOptions): Promise<LabOutcome> {
  const died: string[] = [];
  const consortium = new Consortium(lab, { env, clock, keep, onDeath: (what) => died.push(what) });
  try {
    await abortable(signal, setUp(lab, consortium, narrator, clock, signal));
    const runner = new StepRunner(lab, consortium, narrator, clock, signal);
    const steps: StepReport[] = [];
    let failure: CliError | undefined;
    for (const index of lab.value.steps.keys()) {
      const { report, failure: failed } = await abortable(signal, runner.run(index));
      steps.push(report);
      failure = failed && withDeaths(failed, died);
      if (failure) break;
    }
    const jobs = await jobReports(runner, consortium);
    const log = await audit(consortium, narrator);
    const written = await abortable(signal, writeReports(jobs, consortium, { folder: reports, clock, narrator }));
    failure ??= log.verified ? undefined : new CliError('CS0922', 'the audit log does not verify', { help: log.problems ?? [] });
    return { report: { title: lab.value.title, jobs, log, steps, ...(written.size > 0 && { reports: Object.fromEntries(written) }), ...(failure && !steps.at(-1)?.ok ? { failed: steps.at(-1) } : {}) }, ...(failure ? { failure } : {}) };
  } catch (error) {
    throw died.length > 0 && !signal.aborted ? withDeaths(error, died) : error;
  } finally {
    await consortium.close();
    if (keep) onKept(consortium.homes.path);
  }
}

async function setUp(lab: LoadedLab, consortium: Consortium, narrator: Narrator, clock: () => Date, signal: AbortSignal): Promise<void> {
  const { title, nodes, policy, programs, steps } = lab.value;
  const names = Object.keys(nodes);
  narrator.title(title);
  narrator.starting(names);
  const started = clock().getTime();
  await consortium.startControlPlane();
  signal.throwIfAborted();
  narrator.controlPlaneReady((clock().getTime() - started) / 1000);
  const badDataIsExpected = steps.some(({ expect, expect_error: code }) => expect === 'refused' || code?.startsWith('CS05'));
  const members = await Promise.all(names.map((name) => consortium.enrol(name, badDataIsExpected)));
  signal.throwIfAborted();
  for (const { home, client } of members) narrator.registered(await client.node(home.id));
  consortium.startWorkers();
  for (const file of programs) narrator.publishedProgram(await consortium.publishProgram(file), names[0]);
  narrator.published(await consortium.publish(policy, names), names);
  await consortium.ready();
  narrator.workersReady(names);
}

async function jobReports(runner: StepRunner, consortium: Consortium): Promise<Record<string, JobReport>> {
  const reports: Record<string, JobReport> = {};
  for (const [label, id] of runner.jobs) {
    const job = await consortium.operator.job(id);
    const results = job.spec.receivers.map((name) => consortium.member(name)?.home.result(id));
    reports[label] = jobReportOf(job, results.find((result) => result !== undefined));
  }
  return reports;
}

async function audit(consortium: Consortium, narrator: Narrator): Promise<LabReport['log']> {
  const { controlPlane } = consortium.member(consortium.names[0]).home.settings();
  const report = await verifyAudit(consortium.operator, { origin: controlPlane.origin, vkey: controlPlane.logVkey });
  const { size, verified } = report;
  const problems = problemsOf(report);
  narrator.audited(size, verified, problems);
  return { size, verified, ...(verified ? {} : { problems }) };
}

/** One report for each result, as its first receiver has it; a lab does not fail by a folder that cannot be written. */
async function writeReports(jobs: Readonly<Record<string, JobReport>>, consortium: Consortium, { folder, clock, narrator }: { folder: string; clock: () => Date; narrator: Narrator }): Promise<Map<string, string>> {
  const written = new Map<string, string>();
  try {
    // A new home as `up` makes it: PostgreSQL's own account passes through.
    mkdirSync(dirname(dirname(folder)), { recursive: true, mode: 0o711 });
    for (const [label, { id, result }] of Object.entries(jobs)) {
      if (result === undefined) continue;
      const { spec } = await consortium.operator.job(id);
      const receiver = spec.receivers.map((name) => consortium.member(name)).find((member) => member?.home.result(id) !== undefined)!;
      const path = join(folder, `${label}.html`);
      await writeReport(await reportFacts({ ...receiver, id, now: clock() }), path);
      written.set(label, path);
    }
  } catch (error) {
    narrator.notReported(failureOf(error));
  }
  if (written.size > 0) narrator.reported(written);
  return written;
}

/** Rejects as soon as the signal fires, whatever the work still does. */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** An error that is probably explained by a process that ended. */
function withDeaths(error: unknown, died: readonly string[]): CliError {
  const failure = failureOf(error);
  return new CliError(failure.code, failure.message, { ...failure, help: [...died, ...failure.help], cause: error });
}
