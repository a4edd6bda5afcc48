import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { type LeafDraft } from '../../audit/leaf-draft.js';
import { bigNumber, instant, optionalText } from './columns.js';

/** A fact that commits with the state change it tells of, and waits for its place in the log. */
@Entity('outbox')
export class OutboxRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' }) id!: string;
  @Column(instant({ default: () => 'clock_timestamp()' })) at!: Date;
  @Column('json') entry!: LeafDraft;
  @Column(optionalText('body')) body!: string | null;
  @Column('bytea', { nullable: true }) salt!: Buffer | null;
}

/** Append-only: triggers refuse anything but INSERT and SELECT. */
@Entity('leaves')
export class LeafRow {
  @PrimaryColumn(bigNumber('idx')) idx!: number;
  /** The bytes that are hashed. */
  @Column('bytea') leaf!: Buffer;
  @Column('bytea') hash!: Buffer;
  @Column(bigNumber('outbox_id')) outboxId!: number;
  @Column('text') type!: string;
  @Column('text') time!: string;
  @Column('text') actor!: string;
  @Column('text') subject!: string;
  @Column(optionalText('from_state')) from!: string | null;
  @Column(optionalText('to_state')) to!: string | null;
}

/** Salt and body that a leaf commits to. Erasable. */
@Entity('leaf_bodies')
export class LeafBody {
  @PrimaryColumn(bigNumber('idx')) idx!: number;
  @Column('bytea') salt!: Buffer;
  @Column('text') body!: string;
}

@Entity('checkpoints')
export class CheckpointRow {
  @PrimaryColumn(bigNumber('size')) size!: number;
  @Column('bytea') root!: Buffer;
  @Column('text') note!: string;
  @Column(instant({ default: () => 'clock_timestamp()' })) at!: Date;
}
