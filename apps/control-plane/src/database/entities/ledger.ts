import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Decision, type PolicyFacts, type PolicyJob, type RuleCitation } from '#policy';
import { bigNumber, instant } from './columns.js';

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
