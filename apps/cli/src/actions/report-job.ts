import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { type ApiClient, ApiError, Approval, jobIdOf, type JobView, type ResultFile, signerOf } from '#contract';
import { readStatement, writePrivateFile } from '#pqc';
import { jobDigestOf, VerificationError, verifyBundle } from '#verify';
import { EXIT } from '../exit.js';
import { CliError } from '../failure.js';
import { type NodeHome } from '../node-home.js';
import { listText } from '../render/decision.js';
import { exitOfState } from '../render/job.js';
import { type ReportFacts } from '../report/facts.js';
import { VERSION } from '../root.js';
import { programNamed } from './programs.js';

export interface Reporting {
  readonly home: NodeHome;
  readonly client: Pick<ApiClient, 'job' | 'jobBundle' | 'program' | 'programs'>;
  readonly id: string;
  readonly now: Date;
}

/**
 * What a report on a result says, which only a receiver has. The job is checked again, as at the time of its result; where that fails the report
 * says so and why.
 * @throws CliError CS0685 at another node, CS0686 without a result, CS0687 where the control plane shows another job, ApiError for one that nobody knows
 */
export async function reportFacts({ home, client, id, now }: Reporting): Promise<ReportFacts> {
  const job = await client.job(id);
  const { digest, spec } = job;
  if (job.id !== id || jobDigestOf(spec) !== digest || jobIdOf(digest) !== id) throw new CliError('CS0687', `the control plane shows another job than \`${id}\``, { exit: EXIT.unverified });
  if (!spec.receivers.includes(home.name)) throw new CliError('CS0685', `\`${home.name}\` does not receive the result of \`${id}\``, { help: [`only ${listText(spec.receivers)} may`], exit: EXIT.denied });
  const result = resultAt(home, job);
  return { receiver: home.name, job, result, ...(await jobAsChecked({ home, client, id, now }, job, result)), madeAt: now, version: VERSION };
}

function resultAt(home: NodeHome, { id, state, code, reason }: JobView): ResultFile {
  const result = home.result(id);
  if (result) return result;
  const why = [code, reason].filter(Boolean).join(': ');
  const help = state === 'released' ? ['its worker writes it as soon as it has every share; a duty to delete may have removed it'] : [`the job is \`${state}\`${why === '' ? '' : `: ${why}`}`];
  throw new CliError('CS0686', `there is no result of \`${id}\` at \`${home.name}\``, { help, exit: exitOfState(state) || EXIT.failed });
}

type OfJob = Pick<ReportFacts, 'checked' | 'program' | 'decision' | 'approvals'>;

/** Approvals may have expired since, so that it is checked as of the time when the result came. Nothing is pinned by it. */
async function jobAsChecked({ home, client, id }: Reporting, { digest, spec, signatures, decision }: JobView, { at }: ResultFile): Promise<OfJob> {
  const pins = home.peers();
  try {
    const bundle = await client.jobBundle(id);
    const acceptedPolicies = new Set(home.acceptedPolicies().map((policy) => policy.digest));
    const verified = verifyBundle(bundle, { pins, acceptedPolicies, now: new Date(at), as: { node: home.name, role: 'receiver' } });
    if (verified.digest !== digest) throw new VerificationError('CS0357', 'the control plane sent what another job rests on');
    return {
      checked: { here: true, firstSeen: Object.keys(verified.newPins).filter((name) => !Object.hasOwn(pins, name)) }, program: verified.program, decision: verified.decision,
      approvals: bundle.approvals.map((jws) => Approval.parse(readStatement(jws).payload)).map((approval) => ({ signer: signerOf(approval), at: approval.issuedAt, kid: approval.kid })),
    };
  } catch (error) {
    if (!(error instanceof VerificationError || error instanceof ApiError)) throw error;
    const program = await programNamed(client, spec.program.name);
    if (program.digest !== spec.program.digest) throw new CliError('CS0687', `the program \`${program.name}\` is another one than that of \`${id}\``, { exit: EXIT.unverified });
    return { checked: { here: false, code: error.code, why: error.message }, program, decision, approvals: signatures.filter(({ kind }) => kind === 'approval') };
  }
}

/**
 * Writes a report for nobody but this user. The library that draws plots is loaded here and not before: commands start without it.
 * @throws CliError CS0688 where something else is there already, CS0689 where nothing can be
 */
export async function writeReport(facts: ReportFacts, path: string): Promise<void> {
  const { GENERATOR, reportHtml } = await import('../report/index.js');
  const html = reportHtml(facts);
  try {
    if (existsSync(path) && !beginningOf(path).includes(`<meta name="generator" content="${GENERATOR} `)) {
      throw new CliError('CS0688', `\`${path}\` exists and is no report`, { help: ['name another file with --out'] });
    }
    writePrivateFile(path, html);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    throw new CliError('CS0689', `no report can be written to \`${path}\` (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`, { cause, exit: EXIT.failed });
  }
}

const BEGINNING_BYTES = 1024;

function beginningOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(BEGINNING_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, BEGINNING_BYTES, 0));
  } finally {
    closeSync(file);
  }
}
