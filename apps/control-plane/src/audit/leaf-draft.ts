import { type LeafType } from '#tlog';

/** Who did it. `id`: a node's id, `person:<id of an approval key>`, `key:<api key id>`, or `control-plane`. */
export interface LeafActor {
  readonly id: string;
  readonly kind: 'node' | 'person' | 'operator' | 'service' | 'unknown';
  readonly kid?: string;
}
export interface LeafSubject {
  readonly id: string;
  readonly kind: 'job' | 'node' | 'policy' | 'program' | 'request' | 'key';
}
/** A signed statement that a leaf rests on: digests only. */
export interface LeafEvidence {
  readonly kind: string;
  readonly kid: string;
  /** Hex SHA-256 of the statement's payload, and of its signature. */
  readonly stmt: string;
  readonly sig: string;
}

/** A leaf before the sequencer gives it a place: all fields of `countersign.audit/1` but `v`, `log`, `idx`, `time` and `body`. */
export interface LeafDraft {
  readonly type: LeafType;
  readonly actor: LeafActor;
  readonly subject: LeafSubject;
  readonly from?: string;
  readonly to?: string;
  readonly attempt?: string;
  /** Of a `session.vanished` leaf: the id of the node that is gone, and the suite that goes on without it. */
  readonly party?: string;
  readonly suite?: string;
  readonly outcome?: string;
  /** Hex digest of what was asked for. */
  readonly req?: string;
  readonly evidence?: readonly LeafEvidence[];
}
