import type { MlDsa } from './algorithms.js';
import type { VerifySignature } from './checks.js';
import { canonicalise, parseCanonical, type JsonObject, type JsonValue } from './canonical.js';
import type { Digests } from './digests.js';
import { fromBase64Url, toBase64Url, toHex, utf8 } from './encoding.js';
import { PqcError, StatementError } from './errors.js';

/** Node registrations with 256 datasets fit; nothing longer is parsed. */
const MAX_STATEMENT_CHARACTERS = 262_144;
const DEFAULT_CLOCK_SKEW_MS = 60_000;

export const StatementErrorCode = {
  malformed: 'CS0110',
  wrongType: 'CS0111',
  wrongAlgorithm: 'CS0112',
  wrongKey: 'CS0113',
  badSignature: 'CS0114',
  notYetIssued: 'CS0115',
  expired: 'CS0116',
  badTimes: 'CS0117',
} as const;

/** What signs a statement; `SigningKey` of either implementation is one. */
export interface StatementSigner {
  readonly algorithm: MlDsa;
  readonly kid: string;
  sign(message: Uint8Array): Uint8Array;
}

export interface StatementPayload {
  readonly type: string;
  /** Key id of the key that signs. */
  readonly kid: string;
  readonly [field: string]: unknown;
}

export interface ReadStatement {
  readonly kid: string;
  readonly type: string;
  readonly payload: JsonValue;
}

export interface StatementCheck {
  readonly type: string;
  /** Raw public key registered under the statement's `kid`. */
  readonly publicKey: Uint8Array;
  readonly now: Date;
  /** How far in the future `issuedAt` may lie; one minute when left out. An expired statement gets no grace. */
  readonly clockSkewMs?: number;
  /** ML-DSA-65 when left out. */
  readonly algorithm?: MlDsa;
}

export interface Statements {
  readStatement(jws: string): ReadStatement;
  verifyStatement(jws: string, check: StatementCheck): JsonObject;
  statementDigest(jws: string): string;
}

interface Parts extends ReadStatement {
  readonly alg: string;
  readonly fields: JsonObject;
  readonly payloadBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly signingInput: string;
}

const typOf = (type: string): string => `countersign/${type}+1`;
const headerOf = (alg: string, kid: string, type: string): string => canonicalise({ alg, kid, typ: typOf(type) });
const malformed = (what: string, cause?: unknown): StatementError =>
  new StatementError(StatementErrorCode.malformed, `malformed statement: ${what}`, { cause });

const isObject = (value: JsonValue): value is JsonObject => typeof value === 'object' && !Array.isArray(value);

/**
 * JWS compact serialisation (RFC 7515 §7.1, `alg` of RFC 9964) of `payload` as canonical JSON; protected header exactly `{alg, kid, typ}`
 * with `typ` = `countersign/<type>+1`.
 * @throws CanonicalError when the payload is outside the strict profile, StatementError CS0113 when it names another key
 */
export function signStatement(key: StatementSigner, payload: StatementPayload): string {
  if (payload.kid !== key.kid) throw new StatementError(StatementErrorCode.wrongKey, `the payload names key \`${payload.kid}\`, not the one that signs`);
  const header = toBase64Url(utf8(headerOf(key.algorithm, key.kid, payload.type)));
  const signingInput = `${header}.${toBase64Url(utf8(canonicalise(payload)))}`;
  return `${signingInput}.${toBase64Url(key.sign(utf8(signingInput)))}`;
}

function split(jws: string): Parts {
  if (jws.length > MAX_STATEMENT_CHARACTERS) throw malformed(`longer than ${MAX_STATEMENT_CHARACTERS} characters`);
  const pieces = jws.split('.');
  if (pieces.length !== 3) throw malformed('not three parts');
  try {
    const payloadBytes = fromBase64Url(pieces[1]);
    const header = parseCanonical(fromBase64Url(pieces[0]));
    const payload = parseCanonical(payloadBytes);
    if (!isObject(header) || !isObject(payload)) throw malformed('header and payload are objects');
    const { alg } = header;
    const { kid, type } = payload;
    if (typeof alg !== 'string' || typeof kid !== 'string' || typeof type !== 'string') throw malformed('`alg`, `kid` and `type` are text');
    // One comparison refuses `crit`, `jwk`, `x5c`, a foreign `typ` and any other header field.
    if (canonicalise(header) !== headerOf(alg, kid, type)) {
      const code = header.kid === kid ? StatementErrorCode.wrongType : StatementErrorCode.wrongKey;
      throw new StatementError(code, `the protected header is not exactly alg, kid and \`${typOf(type)}\` of the payload`);
    }
    return { alg, kid, type, payload, fields: payload, payloadBytes, signature: fromBase64Url(pieces[2]), signingInput: `${pieces[0]}.${pieces[1]}` };
  } catch (error) {
    if (error instanceof StatementError || !(error instanceof PqcError)) throw error;
    throw malformed(error.message, error);
  }
}

/** RFC 3339 in UTC with milliseconds: the one text that JavaScript writes for an instant. */
function instant(fields: JsonObject, name: string): number {
  const text = fields[name];
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString() !== text) {
    throw new StatementError(StatementErrorCode.badTimes, `\`${name}\` is no instant in UTC with milliseconds`);
  }
  return time;
}

function checkTimes(fields: JsonObject, now: number, clockSkewMs: number): void {
  const issuedAt = instant(fields, 'issuedAt');
  const expiresAt = instant(fields, 'expiresAt');
  if (expiresAt <= issuedAt) throw new StatementError(StatementErrorCode.badTimes, '`expiresAt` is not after `issuedAt`');
  if (issuedAt > now + clockSkewMs) throw new StatementError(StatementErrorCode.notYetIssued, `the statement is issued at \`${fields.issuedAt}\`, which is yet to come`);
  if (now >= expiresAt) throw new StatementError(StatementErrorCode.expired, `the statement expired at \`${fields.expiresAt}\``);
}

/** The statement functions over one implementation of ML-DSA and SHA-256. */
export function makeStatements(digests: Digests, verifySignature: VerifySignature): Statements {
  return {
    /** What the statement says, in canonical form but **not verified**: enough to look up the key. @throws StatementError CS0110–CS0113 */
    readStatement(jws) {
      const { kid, type, payload } = split(jws);
      return { kid, type, payload };
    },

    /**
     * The payload of a statement of `type` whose signature by `publicKey` is valid now. Parse it with the schema of its type next.
     * Cheap checks come before the signature.
     * @throws StatementError CS0110–CS0117
     */
    verifyStatement(jws, { type, publicKey, now, clockSkewMs = DEFAULT_CLOCK_SKEW_MS, algorithm = 'ML-DSA-65' }) {
      const parts = split(jws);
      if (parts.type !== type) throw new StatementError(StatementErrorCode.wrongType, `a \`${type}\` is needed, not a \`${parts.type}\``);
      if (parts.alg !== algorithm) throw new StatementError(StatementErrorCode.wrongAlgorithm, `a statement is signed with \`${algorithm}\`, not \`${parts.alg}\``);
      if (parts.kid !== digests.keyIdOf(algorithm, publicKey)) throw new StatementError(StatementErrorCode.wrongKey, `key \`${parts.kid}\` is not the one given`);
      checkTimes(parts.fields, now.getTime(), clockSkewMs);
      if (!verifySignature(algorithm, publicKey, utf8(parts.signingInput), parts.signature)) {
        throw new StatementError(StatementErrorCode.badSignature, `the signature of this \`${type}\` is not valid`);
      }
      return parts.fields;
    },

    /** Hex SHA-256 of the payload bytes. Deduplicate by it: two signatures of one payload differ. @throws StatementError CS0110 */
    statementDigest: (jws) => toHex(digests.sha256(split(jws).payloadBytes)),
  };
}
