import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type JobSpec, type JobState, type ProgressView, type SealedShare } from '#contract';
import { type Decision } from '#policy';
import { bigNumber, instant, instantDefault, optionalInstant, optionalText } from './columns.js';

/** `state` changes only in `transition`. */
@Entity('jobs')
export class Job {
  @PrimaryColumn('text') id!: string;
  @Column({ ...bigNumber('seq'), insert: false, update: false }) seq!: number;
  @Column('text') digest!: string;
  @Column('text') state!: JobState;
  /** Fencing token: reports of another attempt have no effect. */
  @Column('integer', { default: 0 }) attempt!: number;
  @Column('integer', { name: 'event_count', default: 0 }) eventCount!: number;
  @Column('text') requester!: string;
  @Column('json') spec!: JobSpec;
  @Column('text') statement!: string;
  @Column('integer', { name: 'policy_version' }) policyVersion!: number;
  @Column('json') decision!: Decision;
  /** Names of the nodes and people whose signature would help. */
  @Column('text', { name: 'waiting_for', array: true }) waitingFor!: string[];
  @Column(optionalText('code')) code!: string | null;
  @Column(optionalText('reason')) reason!: string | null;
  @Column(optionalInstant('not_before')) notBefore!: Date | null;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
  @Column(optionalInstant('accept_by')) acceptBy!: Date | null;
  @Column(optionalInstant('end_by')) endBy!: Date | null;
  @Column(instantDefault('created_at')) createdAt!: Date;
  @Column(instantDefault('updated_at')) updatedAt!: Date;
}

@Entity('job_events')
export class JobEventRow {
  @PrimaryColumn('text', { name: 'job_id' }) jobId!: string;
  @PrimaryColumn('integer') seq!: number;
  @Column(instant({ default: () => 'clock_timestamp()' })) at!: Date;
  @Column(optionalText('from_state')) from!: JobState | null;
  @Column('text', { name: 'to_state' }) to!: JobState;
  @Column('integer') attempt!: number;
  @Column(optionalText('code')) code!: string | null;
  @Column(optionalText('reason')) reason!: string | null;
}

export type SignatureKind = 'approval' | 'veto' | 'withdrawal';

@Entity('job_statements')
export class JobStatement {
  @PrimaryColumn('text') digest!: string;
  @Column('text', { name: 'job_id' }) jobId!: string;
  @Column('text') kind!: SignatureKind;
  @Column('text') signer!: string;
  @Column('text') kid!: string;
  @Column('text') statement!: string;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
  @Column(instant({ name: 'recorded_at', default: () => 'clock_timestamp()' })) recordedAt!: Date;
}

export const PARTY_STATUSES = ['offered', 'accepted', 'running', 'held', 'finished'] as const;
/** A party walks through `PARTY_STATUSES`, or has `vanished` on the way; a receiver that computes nothing is `awaiting`, then `delivered`. */
export type PartyStatus = (typeof PARTY_STATUSES)[number] | 'awaiting' | 'delivered' | 'vanished';
export type PartyProgress = Omit<ProgressView, 'node'>;

/** One node in one attempt of a job. */
@Entity('session_parties')
export class SessionParty {
  @PrimaryColumn('text', { name: 'job_id' }) jobId!: string;
  @PrimaryColumn('integer') attempt!: number;
  @PrimaryColumn('text', { name: 'node_id' }) nodeId!: string;
  @Column('text') node!: string;
  @Column('integer', { nullable: true }) party!: number | null;
  @Column('text') status!: PartyStatus;
  @Column(optionalText('accept')) accept!: string | null;
  @Column(optionalText('plan')) plan!: string | null;
  @Column('json', { nullable: true }) sealed!: SealedShare[] | null;
  @Column(optionalText('receipt')) receipt!: string | null;
  @Column('json', { nullable: true }) progress!: PartyProgress | null;
  /** When and why the session went on without it. */
  @Column(optionalInstant('vanished_at')) vanishedAt!: Date | null;
  @Column(optionalText('vanished_code')) vanishedCode!: string | null;
  /** Whether any share of it may have left, once it has said so. */
  @Column('boolean', { name: 'shares_sent', nullable: true }) sharesSent!: boolean | null;
  @Column(instantDefault('updated_at')) updatedAt!: Date;
}
