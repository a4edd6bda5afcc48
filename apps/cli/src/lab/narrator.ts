import { pathToFileURL } from 'node:url';
import { type JobState, type JobStreamEvent, type JobView, type NodeView, type PolicyView, type ProgramView, type ResultFile } from '#contract';
import { type VerifiedJob } from '#verify';
import { type Failure } from '../failure.js';
import { networkText } from '../render/dataset.js';
import { decisionLines, decisionTitle, listText, missingText } from '../render/decision.js';
import { ProgressShown } from '../render/progress.js';
import { requestSentence } from '../render/request.js';
import { resultLines } from '../render/result.js';
import { stateText } from '../render/job.js';
import { rowsText } from '../render/units.js';
import { wrap } from '../render/wrap.js';
import { type Terminal } from '../terminal.js';
import { type LabRequest } from './schema.js';

/** What a state means to somebody who has never seen one. */
const MEANING: Partial<Record<JobState, string>> = {
  offered: 'offered to every party',
  accepted: 'every worker verified keys, signatures, policy, program and its own data by itself, and accepted',
  running: 'the workers compute on random-looking shares over post-quantum links',
  held: 'the result exists only as shares; every party holds its part',
  released: 'the shares were opened to the receivers, and to nobody else',
};

/** Where nothing can be rewritten, a line about a job that takes longer, now and then. */
const PROGRESS_EVERY_MS = 5_000;

/** Tells what happens in a lab, in order, in words for people who decide rather than program. */
export class Narrator {
  private chapter = 0;
  /** The job that the last lines were about. */
  private about = '';
  /** How far jobs are, by their ids. */
  private readonly shown = new Map<string, ProgressShown>();

  constructor(protected readonly terminal: Terminal) {}

  protected readonly say = (text: string): void => {
    for (const line of wrap(`   ${text}`)) this.terminal.say(line);
  };
  protected heading(text: string): void {
    this.chapter += 1;
    this.terminal.say();
    this.terminal.say(this.terminal.style('bold', `${this.chapter}. ${text}`));
  }

  title(text: string): void {
    this.terminal.say(this.terminal.style('bold', text));
  }
  starting(nodes: readonly string[]): void {
    this.heading(`${nodes.length === 1 ? 'A node registers' : `${nodes.length} nodes register`}`);
  }
  controlPlaneReady(seconds: number): void {
    this.say(`control plane and PostgreSQL are up after ${seconds.toFixed(1)} s; nobody has to trust them with data`);
  }
  registered({ name, region, datasets, people, approvalKid }: NodeView): void {
    this.say(`${this.terminal.style('bold', name)}, region ${region}, proves that it holds its four keys (approval key ${approvalKid.slice(0, 12)}…)`);
    for (const { name: who, roles } of people) this.say(`  and registers ${who}, who signs as ${listText(roles)} with a key of her own`);
    for (const { name: dataset, columns, maxRows, tags, network } of datasets) {
      const count = Object.keys(columns).length;
      const content = network ? networkText(network) : `${count} ${count === 1 ? 'column' : 'columns'}, at most ${rowsText(maxRows)}`;
      this.say(`  and declares ${dataset}: ${content}${tags.length > 0 ? `, tagged ${listText(tags)}` : ''}`);
    }
  }
  publishedProgram({ name, digest, opens }: ProgramView, by: string): void {
    this.heading(`${by} publishes a program of its own: ${name}`);
    this.say(`“${opens}”`);
    this.say(`digest ${digest.slice(0, 16)}…, its author's words`);
  }

  published(policy: PolicyView, acceptedBy: readonly string[]): void {
    const { file, version, digest, sentences, state, signatures, publication } = policy;
    this.heading(`The policy ${file} is ${state === 'proposed' ? 'proposed' : 'published'}`);
    for (const sentence of sentences) this.say(`“${sentence}”`);
    if (signatures.length > 0) this.say(`signed by ${listText(signatures.map(({ signer }) => signer))}`);
    if (state === 'proposed') {
      this.say(`version ${version} still needs ${(publication?.missing ?? []).map(missingText).join('; ')}; the policy in force stays`);
      return;
    }
    this.say(`version ${version}, digest ${digest.slice(0, 16)}…, accepted by ${acceptedBy.length > 0 ? listText(acceptedBy) : 'nobody yet'}`);
  }
  saidOnProgram(signer: string, { name, approvedBy }: ProgramView): void {
    this.heading(`${signer} speaks on a program`);
    this.say(`${name} is approved by ${approvedBy.length === 0 ? 'nobody' : listText(approvedBy.map((approval) => approval.signer))}`);
  }
  workersReady(nodes: readonly string[]): void {
    this.say(`the workers of ${listText(nodes)} run as processes of their own and have dialled in`);
  }

  asking(request: LabRequest): void {
    this.about = request.id;
    this.heading(`${request.as} asks: ${request.program}${parametersText(request.parameters)}`);
  }
  decided(job: JobView): void {
    this.say(requestSentence(job.spec));
    this.say(`the policy decides: ${decisionTitle(job.decision, this.terminal)}`);
    for (const line of decisionLines(job.decision, this.terminal)) this.say(line);
  }
  verified(node: string, { spec, program }: VerifiedJob): void {
    this.say(`${this.terminal.style('bold', node)} checks the request on its own machine: signed by ${spec.issuer}, result for ${listText(spec.receivers)} only. ${program.opens}`);
  }
  signed(node: string, job: JobView): void {
    this.say(`${this.terminal.style('bold', node)} signs with its approval key (ML-DSA-65); the job is now ${stateText(job.state, this.terminal)}`);
  }
  refused(node: string, job: JobView, reason?: string): void {
    this.say(`${this.terminal.style('bold', node)} refuses${reason === undefined ? '' : ` (“${reason}”)`}; the job is now ${stateText(job.state, this.terminal)}`);
  }
  withdrawn(node: string, job: JobView): void {
    this.say(`${this.terminal.style('bold', node)} withdraws its signature; the job is now ${stateText(job.state, this.terminal)}`);
  }
  cancelled(node: string, job: JobView): void {
    this.say(`${this.terminal.style('bold', node)} cancels the request; the job is now ${stateText(job.state, this.terminal)}`);
  }
  refusedAsExpected({ code, message }: Failure): void {
    this.say(`refused, as this lab expects: ${code}: ${message}`);
  }

  /** Says which job the next lines are about when it is not the last one asked for. */
  waiting(label: string, { issuer, program }: JobView['spec']): void {
    if (this.about !== label) this.heading(`${issuer} asked before: ${program.name}`);
    this.about = label;
  }
  progress(id: string, event: JobStreamEvent): void {
    if (event.type === 'progress') {
      const shown = this.shown.get(id) ?? new ProgressShown(this.terminal, { say: this.say, everyMs: PROGRESS_EVERY_MS, brief: true });
      this.shown.set(id, shown);
      return shown.tell(event.progress);
    }
    this.shown.get(id)?.settle();
    const meaning = MEANING[event.event.to];
    if (meaning) this.say(`${stateText(event.event.to, this.terminal)}: ${meaning}`);
  }
  ended(job: JobView, receiver: string | undefined, result: ResultFile | undefined): void {
    if (result && receiver !== undefined) {
      this.say(`${this.terminal.style('bold', receiver)} learns:`);
      for (const line of resultLines(result.result)) this.say(`  ${line}`);
    } else if (job.state !== 'released') {
      this.say(`${stateText(job.state, this.terminal)}${job.code === undefined ? '' : `: ${job.code}`}${job.reason === undefined ? '' : `: ${job.reason}`}`);
    }
  }
  audited(size: number, verified: boolean, problems: readonly string[]): void {
    this.heading('Anyone can check what happened');
    this.say(verified ? `audit verify: all ${size} entries, their order, the checkpoint's signature and every step of every job are intact` : `${this.terminal.style(['bold', 'red'], 'the audit log does not verify')}`);
    for (const problem of problems) this.say(problem);
  }
  reported(paths: ReadonlyMap<string, string>): void {
    this.heading('Each result has a report, as its receiver would make it');
    for (const [job, path] of paths) this.say(`${job}: ${pathToFileURL(path).href}`);
  }
  notReported({ code, message }: Failure): void {
    this.terminal.note(this.terminal.style('yellow', `warning: not every result has a report: ${code}: ${message}`));
  }
}

/** `(income by region)`, or with names where there are others. */
function parametersText(parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return '';
  return entries.every(([name]) => name === 'column' || name === 'by') ? ` (${entries.map(([, value]) => String(value)).join(' by ')})` : ` (${entries.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}
