import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type PolicyRegistry } from '#policy';
import { instant, instantDefault, optionalInstant, optionalText } from './columns.js';

/** Every policy that was published or proposed; in force is the newest of those that ever were. */
@Entity('policies')
export class Policy {
  @PrimaryColumn('integer') version!: number;
  @Column('text') file!: string;
  @Column('text') source!: string;
  @Column('text') digest!: string;
  /** Digest of the one in force when this one came. */
  @Column(optionalText('previous')) previous!: string | null;
  /** The names as they were registered at publication: source and registry give the digest. */
  @Column('json') registry!: PolicyRegistry;
  @Column('json') sentences!: string[];
  @Column(instantDefault('published_at')) publishedAt!: Date;
  @Column('text', { name: 'published_by' }) publishedBy!: string;
  @Column(optionalInstant('in_force_at')) inForceAt!: Date | null;
}

/** A signature on something that is no job. */
abstract class StandingStatement {
  @PrimaryColumn('text') digest!: string;
  @Column('text') signer!: string;
  @Column('text') kid!: string;
  @Column('text') statement!: string;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
  @Column(instant({ name: 'recorded_at', default: () => 'clock_timestamp()' })) recordedAt!: Date;
}

/** Agrees that a proposed policy replaces the one in force. */
@Entity('policy_statements')
export class PolicyStatement extends StandingStatement {
  @Column('integer') version!: number;
}

/** A standing word on a program. */
@Entity('program_statements')
export class ProgramStatement extends StandingStatement {
  @Column('text', { name: 'program_digest' }) programDigest!: string;
}
