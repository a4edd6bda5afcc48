import { Column, Entity, PrimaryColumn } from 'typeorm';
import { type Scope } from '#contract';
import { instant, instantDefault, optionalInstant } from './columns.js';

/** An operator's credential: only the hash of its 256-bit secret is kept. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('bytea', { name: 'secret_hash' }) secretHash!: Buffer;
  @Column('text', { array: true }) scopes!: Scope[];
  @Column(instantDefault('created_at')) createdAt!: Date;
  @Column(optionalInstant('expires_at')) expiresAt!: Date | null;
  @Column(optionalInstant('revoked_at')) revokedAt!: Date | null;
}

/** Lets one node of this name register, once. */
@Entity('enrolment_tokens')
export class EnrolmentToken {
  @PrimaryColumn('bytea', { name: 'token_hash' }) tokenHash!: Buffer;
  @Column('text') node!: string;
  @Column('text', { name: 'created_by' }) createdBy!: string;
  @Column(instantDefault('created_at')) createdAt!: Date;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
  @Column(optionalInstant('used_at')) usedAt!: Date | null;
}

/** A KEM challenge that waits for its answer. The secret lives for minutes and opens nothing else. */
@Entity('challenges')
export class EnrolmentChallenge {
  @PrimaryColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('bytea', { name: 'sealing_key' }) sealingKey!: Buffer;
  @Column('bytea') nonce!: Buffer;
  @Column('bytea') secret!: Buffer;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
}

@Entity('nodes')
export class RegisteredNode {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text') region!: string;
  @Column('integer') version!: number;
  @Column('text') status!: 'registered' | 'revoked';
  @Column('text', { name: 'approval_kid' }) approvalKid!: string;
  @Column('text', { name: 'link_kid' }) linkKid!: string;
  /** The signed registration in force. */
  @Column('text') registration!: string;
  @Column(instantDefault('registered_at')) registeredAt!: Date;
  @Column(instantDefault('updated_at')) updatedAt!: Date;
  @Column(instant({ name: 'expires_at' })) expiresAt!: Date;
}

export type KeyPurpose = 'link' | 'approval' | 'witness' | 'sealing';

/** Every key that was ever registered, so that none is registered twice. */
@Entity('node_keys')
export class NodeKey {
  @PrimaryColumn('text') kid!: string;
  @Column('text', { name: 'node_id' }) nodeId!: string;
  @Column('text') purpose!: KeyPurpose;
  @Column('bytea', { name: 'public_key' }) publicKey!: Buffer;
  @Column(instantDefault('added_at')) addedAt!: Date;
  @Column(optionalInstant('retired_at')) retiredAt!: Date | null;
}

@Entity('node_statements')
export class NodeStatement {
  @PrimaryColumn('text') digest!: string;
  @Column('text', { name: 'node_id' }) nodeId!: string;
  @Column('text') kind!: 'registration' | 'rotation';
  @Column('integer') version!: number;
  @Column('text') statement!: string;
  @Column(instantDefault('recorded_at')) recordedAt!: Date;
}

/** Somebody who signs for a node in her roles, as its registration names her. Rows stay when she leaves, so that no key comes back. */
@Entity('people')
export class PersonRow {
  @PrimaryColumn('text', { name: 'approval_kid' }) approvalKid!: string;
  @Column('text', { name: 'link_kid' }) linkKid!: string;
  @Column('text', { name: 'node_id' }) nodeId!: string;
  @Column('text') name!: string;
  @Column('text', { array: true }) roles!: string[];
  @Column(instantDefault('added_at')) addedAt!: Date;
  @Column(optionalInstant('retired_at')) retiredAt!: Date | null;
}

/** Which control plane holds a worker's socket, and since when one is missing. */
@Entity('connections')
export class Connection {
  @PrimaryColumn('text', { name: 'node_id' }) nodeId!: string;
  @Column('uuid') instance!: string;
  @Column('uuid') connection!: string;
  @Column(instantDefault('connected_at')) connectedAt!: Date;
  @Column(instantDefault('seen_at')) seenAt!: Date;
  @Column(optionalInstant('disconnected_at')) disconnectedAt!: Date | null;
}
