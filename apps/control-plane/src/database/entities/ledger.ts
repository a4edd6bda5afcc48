import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type DutyState } from '#contract';
import { type Decision, type Duty, type PolicyFacts, type PolicyJob, type RuleCitation } from '#policy';
import { bigNumber, instant, optionalText } from './columns.js';

/** A decision on a stored job with all that it rests on. Append-only: triggers refuse anything but INSERT and SELECT. */
@Entity('decisions')
export class DecisionRow {
  @PrimaryColumn({ ...bigNumber('seq'), insert: false, update: false }) seq!: number;
  @Column('text', { name: 'job_id' }) jobId!: string;
  @Column(instant()) at!: Date;
  @Column('integer', { name: 'policy_version' }) policyVersion!: number;
  @Column('json') request!: PolicyJob;
  @Column('json') facts!: PolicyFacts;
  @Column('text') outcome!: Decision['outcome'];
  @Column('text') summary!: string;
  @Column('json') rules!: RuleCitation[];
  @Column('text', { name: 'decided_by' }) decidedBy!: 'policy' | 'veto';
  /** SHA-256 of everything but `seq` and `at`. */
  @Column('bytea') content!: Buffer;
}

/** What is owed since a release. */
@Entity('duties')
export class DutyRow {
  @PrimaryColumn('text') id!: string;
  @Column('text') digest!: string;
  @Column('text', { name: 'job_id' }) jobId!: string;
  @Column('text') kind!: Duty['kind'];
  @Column('text', { name: 'by_names', array: true }) by!: string[];
  @Column('json') rule!: RuleCitation;
  @Column(instant({ name: 'owed_since' })) owedSince!: Date;
  @Column(instant({ name: 'due_at' })) dueAt!: Date;
  /** `overdue` once somebody looked after `dueAt`; what is done late is done. */
  @Column('text') state!: DutyState;
}

@Entity('duty_attestations')
export class DutyAttestation {
  /** Of the statement's payload. */
  @PrimaryColumn('text') digest!: string;
  @Column('text', { name: 'duty_id' }) dutyId!: string;
  @Column('text') signer!: string;
  @Column('text') kid!: string;
  @Column('text') statement!: string;
  @Column(optionalText('note')) note!: string | null;
  @Column(instant({ name: 'recorded_at', default: () => 'clock_timestamp()' })) recordedAt!: Date;
}
