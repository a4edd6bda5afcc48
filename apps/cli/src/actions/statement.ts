import { signStatement, type SigningKey } from '#pqc';
import { type SignerHome } from '../signer-home.js';

interface Statement {
  readonly type: string;
  readonly issuer: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** A JWS of a statement of version 1 with the fields that every statement has. */
export function signed(key: SigningKey, { type, issuer, issuedAt, expiresAt }: Statement, fields: Readonly<Record<string, unknown>>): string {
  return signStatement(key, { v: 1, type, issuer, kid: key.kid, issuedAt: issuedAt.toISOString(), expiresAt: expiresAt.toISOString(), ...fields });
}

/** The same in the name of a node or a person, with its approval key. */
export function signedBy(home: SignerHome, statement: Omit<Statement, 'issuer'>, fields: Readonly<Record<string, unknown>>): string {
  const key = home.signingKey('approval');
  const { issuer, ...person } = home.signature(key);
  return signed(key, { ...statement, issuer }, { ...person, ...fields });
}
