import type { Accept, Attestation, Receipt, Refuse } from '#contract';
import { signStatement, type SigningKey } from '#pqc';

type Own = 'v' | 'issuer' | 'kid' | 'issuedAt' | 'expiresAt';
type Said<T extends { type: string }> = Omit<T, Own>;

/** A receipt or an attestation is evidence: it outlives everything else. */
export const RECEIPT_VALID_MS = 10 * 365 * 86_400_000;
export const REFUSAL_VALID_MS = 365 * 86_400_000;

/** Signs what this node says about an attempt or a duty, with its approval key. */
export function signAs(statement: Said<Accept> | Said<Refuse> | Said<Receipt> | Said<Attestation>, { node, key, now, validMs }: { readonly node: string; readonly key: SigningKey; readonly now: Date; readonly validMs: number }): string {
  return signStatement(key, {
    ...statement, v: 1, issuer: node, kid: key.kid, issuedAt: now.toISOString(), expiresAt: new Date(now.getTime() + validMs).toISOString(),
  });
}
