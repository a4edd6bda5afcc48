import { type Condition, type RuleSource, type Signers as Part } from '../rules.js';
import { type Duty, type Obligations, type PolicyFacts, type PolicyJob, type RuleCitation, type UsedFacts } from '../types.js';
import { type Register } from './register.js';
import { membersAmong, namesOf, signed, signersOf, type Signed, type Signers } from './signatures.js';

type DutyOf<D> = D extends Duty ? Omit<D, 'rule'> : never;

/** A rule with how far its signatures are there. */
export interface Finding {
  readonly rule: RuleCitation;
  readonly state: Signed;
}

/** One decision in the making: what the rules that concern a job say of it. */
export class Deciding {
  readonly permitting: Finding[] = [];
  /** Binding guards, and forbids that signatures lift. */
  readonly holding: Finding[] = [];
  readonly denying: RuleCitation[] = [];
  private minimumGroup = 0;
  private roundTripMs: number | undefined;
  private used: UsedFacts | undefined;
  private duties: Duty[] | undefined;
  private all: Signers | undefined;
  private source: RuleSource | undefined;
  private lastSeconds = Infinity;

  constructor(
    readonly job: PolicyJob,
    readonly facts: PolicyFacts,
    private readonly file: string,
    private readonly requesterMaySign: boolean,
    private readonly register: () => Register,
  ) {}

  /** The rule that speaks next. */
  at(source: RuleSource): void {
    this.source = source;
  }

  /** How far a condition is met; no condition is met. */
  state(condition: Condition | undefined): Signed {
    if (condition === undefined) return { is: 'met' };
    return signed(condition, this.job, this.signers());
  }

  private signersOf(signatures: PolicyFacts['signatures'], lastSeconds: number): Signers {
    return signersOf(this.job, { now: this.facts.now, signatures }, { requesterMaySign: this.requesterMaySign, lastSeconds }, this.register());
  }

  private signers(): Signers {
    this.all ??= this.signersOf(this.facts.signatures, this.lastSeconds);
    return this.all;
  }

  /** Signatures that are older do not count; of several the shortest. Said before any condition is looked at. */
  signaturesLast(seconds: number): void {
    this.lastSeconds = Math.min(this.lastSeconds, seconds);
  }

  /** The names of those who belong to a pool. */
  belonging(pool: readonly Part[], statements: readonly { readonly signer: string; readonly keyId: string }[]): readonly string[] {
    return membersAmong(pool, this.job, this.signers(), statements);
  }

  /** Those who are meant by a part of a pool, by name: each data owner by itself. */
  toldApart(part: Part): readonly (readonly string[])[] {
    if (!('owners' in part)) return [namesOf(part, this.job, this.signers())];
    const owners = [...new Set(this.job.inputs.map(({ node }) => node))].filter((node) => part.owners === 'all' || node !== this.job.requester.node).sort();
    return owners.length === 0 ? [[]] : owners.map((node) => namesOf({ node }, this.job, this.signers()));
  }

  /** How far the standing approvals of the job's program meet a condition. They do not lapse like signatures of the job. */
  programState(condition: Condition): Signed {
    const { job, facts } = this;
    const signatures = (facts.programApprovals ?? []).filter(({ program }) => program === job.program.digest).map(({ signer, keyId }) => ({ signer, keyId, roles: [] }));
    const approvers = this.signersOf(signatures, Infinity);
    this.restsOn({ programApprovals: Array.from(approvers.signed, ({ entries }) => entries[0].name).sort() });
    return signed(condition, job, approvers);
  }

  permits(state: Signed): void {
    this.permitting.push({ rule: this.cite({ met: 'allows this', open: 'allows this once it is signed', closed: 'the signatures that it needs can no longer be given' }[state.is]), state });
  }

  /** A guard or a liftable forbid: denies when its signatures can no longer be given. */
  holds(state: Signed, why: string): void {
    if (state.is === 'closed') this.denies(why);
    else this.holding.push({ rule: this.cite(why), state });
  }

  denies(why: string): void {
    this.denying.push(this.cite(why));
  }

  /** A rule that cannot be evaluated for this job. A permit then permits nothing; anything else denies. */
  fails(isPlainPermit: boolean): void {
    if (!isPlainPermit) this.denies('this sentence cannot be evaluated for this request, so it denies');
  }

  /** Keeps a fact that the decision rests on. */
  restsOn(facts: UsedFacts): void {
    const limits = [...(this.used?.limits ?? []), ...(facts.limits ?? [])];
    this.used = { ...this.used, ...facts, ...(limits.length === 0 ? {} : { limits }) };
  }

  /** Every fact that the decision rests on; undefined where it rests on the request alone. */
  usedFacts(): UsedFacts | undefined {
    if (this.all === undefined || this.all.signed.size === 0) return this.used;
    const signed: string[] = [];
    for (const { entries } of this.all.signed) signed.push(entries[0].name);
    return { ...this.used, signed: signed.sort() };
  }

  coversAtLeast(records: number): void {
    this.minimumGroup = Math.max(this.minimumGroup, records);
  }

  roundTripAtMost(ms: number): void {
    this.roundTripMs = Math.min(this.roundTripMs ?? Infinity, ms);
  }

  owes(duty: DutyOf<Duty>, why: string): void {
    (this.duties ??= []).push({ ...duty, rule: this.cite(why) });
  }

  obligations(): Obligations {
    const { minimumGroup, roundTripMs, duties } = this;
    return { minimumGroup, ...(roundTripMs === undefined ? {} : { roundTripMs }), ...(duties === undefined ? {} : { duties }) };
  }

  private cite(why: string): RuleCitation {
    const { line = 0, column = 0, sentence = '' } = this.source ?? {};
    return { file: this.file, line, column, sentence, why };
  }
}
