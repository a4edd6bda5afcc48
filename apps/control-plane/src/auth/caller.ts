import { type Scope } from '#contract';
import { type LeafActor } from '../audit/leaf-draft.js';

/** Who asks, as the guard established it. */
export type Caller =
  | { readonly kind: 'operator'; readonly id: string; readonly name: string; readonly scopes: readonly Scope[] }
  | { readonly kind: 'node'; readonly id: string; readonly name: string; readonly linkKid: string }
  /** `id` is the id of her approval key; `name` as `signerOf` gives it. */
  | { readonly kind: 'person'; readonly id: string; readonly name: string; readonly linkKid: string }
  | { readonly kind: 'anonymous' };

/** What a route asks of its caller. */
export type Access =
  /** Anybody: public facts, and enrolment, which proves itself. */
  | 'public'
  /** An operator with `read`, any registered node, or a person of one. */
  | 'read'
  /** Any registered node, where it says so any person of one, or an operator with one of these scopes. `admin` has all. */
  | { readonly node: boolean; readonly person?: boolean; readonly scopes: readonly Scope[] };

export function mayUse(access: Access, caller: Caller): boolean {
  if (access === 'public') return true;
  const { node, person = false, scopes } = access === 'read' ? { node: true, person: true, scopes: ['read'] as const } : access;
  switch (caller.kind) {
    case 'anonymous': return false;
    case 'node': return node;
    case 'person': return person;
    case 'operator': return caller.scopes.some((scope) => scope === 'admin' || (scopes as readonly Scope[]).includes(scope));
  }
}

/** Scopes an idempotency key and a rate to one caller. */
export const callerKey = (caller: Caller): string => (caller.kind === 'anonymous' ? 'anonymous' : `${caller.kind}:${caller.id}`);

export function actorOf(caller: Caller): LeafActor {
  switch (caller.kind) {
    case 'operator': return { id: `key:${caller.id}`, kind: 'operator' };
    case 'node': return { id: caller.id, kind: 'node', kid: caller.linkKid };
    case 'person': return { ...personActor(caller.id), kid: caller.linkKid };
    case 'anonymous': return { id: 'anonymous', kind: 'unknown' };
  }
}
/** A person in the log, which holds no name: by her approval key. */
export const personActor = (approvalKid: string): LeafActor => ({ id: `person:${approvalKid}`, kind: 'person', kid: approvalKid });
export const CONTROL_PLANE: LeafActor = { id: 'control-plane', kind: 'service' };
