import { isTerminal, type JobState, type JobView } from '#contract';
import { type VerifiedJob } from '#verify';
import { approveJob, refuseJob, verifyJob, withdrawApproval } from '../actions/sign-job.js';
import { sayOnProgram } from '../actions/sign-standing.js';
import { submitJob } from '../actions/submit-job.js';
import { watchJob } from '../actions/watch-job.js';
import { CliError, failureOf, type Failure } from '../failure.js';
import { verbOf, type LoadedLab } from './check.js';
import { type Consortium } from './consortium.js';
import { type Narrator } from './narrator.js';
import { type StepReport } from './report.js';
import { type LabRequest, type LabStep, type Verb } from './schema.js';

const JOB_VALID_FOR_MS = 3_600_000;
/** How long a state is waited for that a request or a signature leads to only later. */
const LATER_WITHIN_MS = 60_000;
/** The states that submitting or signing itself leads to. */
const AT_ONCE: readonly JobState[] = ['submitted', 'denied', 'needs_signatures', 'authorised', 'cancelled'];

/** What a step did: the job as it is then, and where its history stood before. */
interface Done {
  readonly job?: JobView;
  readonly seqBefore: number;
}

/** Carries out the steps of a lab one after the other. */
export class StepRunner {
  /** Ids of the jobs, by their name in the lab. */
  readonly jobs = new Map<string, string>();
  readonly requests = new Map<string, LabRequest>();

  constructor(private readonly lab: LoadedLab, private readonly consortium: Consortium, private readonly narrator: Narrator, private readonly clock: () => Date, private readonly signal: AbortSignal) {}

  /** The report of a step, and the error that ends the lab when the step is not as expected. */
  async run(index: number): Promise<{ report: StepReport; failure?: CliError }> {
    const step = this.lab.value.steps[index];
    const verb = verbOf(step);
    const job = jobLabelOf(step);
    const about = { step: index + 1, line: this.lab.lineOf(['steps', index]), verb, ...(job === undefined ? {} : { job }) };
    try {
      const done = await this.perform(step, verb);
      if (step.expect_error !== undefined) return this.missed(about, index, step.expect_error, done.job?.state ?? 'no error', 'expect_error', done.job);
      const view = step.expect === undefined ? done.job : await this.settle(done, step.expect, verb);
      if (step.expect !== undefined && view && !reached(view, step.expect, done.seqBefore)) return this.missed(about, index, step.expect, view.state, 'expect', view);
      return { report: { ...about, ok: true, ...(view ? { got: view.state } : {}) } };
    } catch (error) {
      this.signal.throwIfAborted();
      const failure = failureOf(error);
      const report = { ...about, error: { code: failure.code, message: failure.message }, got: failure.code };
      if (step.expect_error === failure.code) {
        this.narrator.refusedAsExpected(failure);
        return { report: { ...report, ok: true, expected: step.expect_error } };
      }
      if (step.expect_error !== undefined) return this.missed(report, index, step.expect_error, failure.code, 'expect_error', undefined, failure);
      return { report: { ...report, ok: false, ...(step.expect === undefined ? {} : { expected: step.expect }) }, failure: this.located(failure, index, verb) };
    }
  }

  private async perform(step: LabStep, verb: Verb): Promise<Done> {
    switch (verb) {
      case 'request':
        return { job: await this.request(step.request!), seqBefore: 0 };
      case 'sign':
        return this.signing(step.sign!, (signing) => {
          this.narrator.verified(signing.home.name, signing.job);
          return approveJob(signing);
        }, (job) => this.narrator.signed(step.sign!.as, job));
      case 'refuse':
      case 'veto': {
        const { as, job, reason } = (step.refuse ?? step.veto)!;
        return this.signing({ as, job }, (signing) => refuseJob(signing, reason), (view) => this.narrator.refused(as, view, reason));
      }
      case 'withdraw':
        return this.signing(step.withdraw!, withdrawApproval, (job) => this.narrator.withdrawn(step.withdraw!.as, job));
      case 'cancel': {
        const { as, job, reason } = step.cancel!;
        const before = await this.view(job);
        const view = await this.consortium.member(as).client.cancelJob(before.id, reason);
        this.narrator.cancelled(as, view);
        return { job: view, seqBefore: lastSeq(before) };
      }
      case 'wait':
        return { job: await this.wait(step.wait!.job, step.expect, step.wait!.timeout * 1000), seqBefore: 0 };
      case 'publish': {
        const { policy, accept = this.consortium.names, signed_by: signers } = step.publish!;
        this.narrator.published(await this.consortium.publish(policy, accept, signers), accept);
        return { seqBefore: 0 };
      }
      case 'approve_program':
      case 'withdraw_program': {
        const { as, program } = (step.approve_program ?? step.withdraw_program)!;
        const view = await sayOnProgram({ ...this.consortium.signer(as), now: this.clock(), validForMs: JOB_VALID_FOR_MS }, program, step.approve_program ? 'approved' : 'withdrawn');
        this.narrator.saidOnProgram(as, view);
        return { seqBefore: 0 };
      }
    }
  }

  private async request(request: LabRequest): Promise<JobView> {
    const { home, client } = this.consortium.member(request.as);
    this.narrator.asking(request);
    const job = await submitJob({ home, client, request, validForMs: JOB_VALID_FOR_MS, now: this.clock() });
    this.jobs.set(request.id, job.id);
    this.requests.set(request.id, request);
    this.narrator.decided(job);
    return job;
  }

  private async signing(
    { as, job: label }: { as: string; job: string },
    act: (signing: { home: Parameters<typeof approveJob>[0]['home']; client: Parameters<typeof approveJob>[0]['client']; job: VerifiedJob; now: Date }) => Promise<JobView>,
    tell: (job: JobView) => void,
  ): Promise<Done> {
    const { home, client } = this.consortium.signer(as);
    const before = await this.view(label);
    const job = await verifyJob(home, client, before.id, this.clock());
    const view = await act({ home, client, job, now: this.clock() });
    tell(view);
    return { job: view, seqBefore: lastSeq(before) };
  }

  private view(label: string): Promise<JobView> {
    const id = this.jobs.get(label);
    if (id === undefined) throw new CliError('CS0913', `the job \`${label}\` was never submitted`);
    return this.consortium.operator.job(id);
  }

  private async wait(label: string, expected: JobState | undefined, timeoutMs: number): Promise<JobView> {
    const { id, spec } = await this.view(label);
    this.narrator.waiting(label, spec);
    const job = await this.watch(id, timeoutMs, (view) => expected !== undefined && reached(view, expected, 0));
    if (expected === undefined && !isTerminal(job.state)) throw new CliError('CS0916', `the job \`${label}\` is still \`${job.state}\` after ${timeoutMs / 1000} seconds`, { help: ['give `wait` a longer `timeout`, or `expect` a state'] });
    const receiver = job.spec.receivers.find((name) => this.consortium.member(name)?.home.result(job.id));
    this.narrator.ended(job, receiver, receiver === undefined ? undefined : this.consortium.member(receiver).home.result(job.id));
    return job;
  }

  /** The job when a state is expected that comes by itself a little later. */
  private async settle({ job, seqBefore }: Done, expected: JobState, verb: Verb): Promise<JobView | undefined> {
    if (!job || verb === 'wait' || reached(job, expected, seqBefore) || AT_ONCE.includes(expected)) return job;
    return this.watch(job.id, LATER_WITHIN_MS, (view) => reached(view, expected, seqBefore));
  }

  private watch(id: string, timeoutMs: number, until: (job: JobView) => boolean): Promise<JobView> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(timeoutMs)]);
    return watchJob({ client: this.consortium.operator, id, until, signal, onEvent: (event) => this.narrator.progress(id, event) }).finally(() => this.signal.throwIfAborted());
  }

  private missed(about: Omit<StepReport, 'ok'>, index: number, expected: string, got: string, key: 'expect' | 'expect_error', job?: JobView, error?: Failure) {
    const help = [
      ...(job?.code || job?.reason ? [[job.code, job.reason].filter(Boolean).join(': ')] : []),
      ...(job && job.reason === undefined && (job.state === 'denied' || job.state === 'needs_signatures') ? [job.decision.summary] : []),
      ...(error ? [`${error.code}: ${error.message}`, ...error.help] : []),
    ];
    const subject = about.job === undefined ? '' : ` \`${about.job}\``;
    const message = `step ${about.step} (${about.verb}${subject}): expected \`${expected}\`, got \`${got}\``;
    const diagnostic = this.lab.failure('CS0915', message, ['steps', index, key], help);
    return { report: { ...about, ok: false, expected, got }, failure: new CliError('CS0915', message, { diagnostics: [diagnostic], source: this.lab.source }) };
  }

  /** The error of a step with the place of the step, unless it has a place in another file. */
  private located(failure: Failure, index: number, verb: Verb): CliError {
    const { code, message, help, exit, diagnostics, source } = failure;
    const place = this.lab.failure(code, `step ${index + 1} (${verb}): ${message}`, ['steps', index, verb], help, 'key');
    const elsewhere = diagnostics.length > 0 && source !== undefined;
    return new CliError(code, `step ${index + 1} (${verb}): ${message}`, { exit, help, diagnostics: elsewhere ? diagnostics : [place], source: elsewhere ? source : this.lab.source });
  }
}

const jobLabelOf = (step: LabStep): string | undefined => step.request?.id ?? (step.sign ?? step.refuse ?? step.veto ?? step.withdraw ?? step.cancel ?? step.wait)?.job;
const lastSeq = (job: JobView): number => Math.max(0, ...job.history.map(({ seq }) => seq));
const reached = (job: JobView, state: JobState, afterSeq: number): boolean => job.state === state || job.history.some(({ seq, to }) => seq > afterSeq && to === state);
