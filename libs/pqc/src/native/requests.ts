import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createSignatureSync, isSignatureError, verifySignature as verifyMessage, type FieldOccurrence } from 'http-message-sig';
import { utf8 } from '../encoding.js';
import { RequestSignatureError } from '../errors.js';
import { keyIdOf } from './hash.js';
import { verifySignature, type SigningKey } from './signing.js';

export const RequestErrorCode = {
  malformed: 'CS0120',
  wrongBody: 'CS0121',
  outsideWindow: 'CS0122',
  unknownKey: 'CS0123',
  badSignature: 'CS0124',
  replayed: 'CS0125',
  tooLarge: 'CS0126',
} as const;

const LABEL = 'countersign';
const TAG = 'countersign/1';
/** Name of C2SP httpsig-pq: pure ML-DSA over the signature base, empty context. */
const ALG = 'ml-dsa-65';
const WINDOW_SECONDS = 300;
const LIFETIME_SECONDS = 60;
const CLOCK_SKEW_SECONDS = 30;
const NONCE = /^[A-Za-z0-9_-]{22,86}$/;
/** A signature header holds 4,412 base64 characters; nothing near this is parsed. */
const MAX_HEADER_CHARACTERS = 8192;

const ALWAYS_SIGNED = ['@method', '@authority', '@path', '@query', 'content-digest'] as const;
/** Fields that change what a request does, so they are signed whenever they are there. */
const SIGNED_WHEN_PRESENT = ['content-type', 'idempotency-key'] as const;

export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;
export type SignatureHeaders = Record<'content-digest' | 'signature-input' | 'signature', string>;
export interface RequestToSign {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers?: RequestHeaders;
  readonly body?: string | Uint8Array;
  readonly now: Date;
  /** base64url of at least 16 bytes; random when left out. */
  readonly nonce?: string;
}
export interface RequestToVerify {
  readonly method: string;
  readonly url: string;
  readonly headers: RequestHeaders;
  /** The bytes as received, before any parser. */
  readonly body?: string | Uint8Array;
  readonly now: Date;
  /** Raw ML-DSA-65 link key registered under `kid`, or undefined. */
  keyOf(kid: string): Promise<Uint8Array | undefined>;
  /** Records the nonce until `expiresAt` and says whether it was there already, in one step. */
  seen(nonceKey: string, expiresAt: Date): Promise<boolean>;
}

function fieldsOf(headers: RequestHeaders): FieldOccurrence[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((occurrence) => ({ name: name.toLowerCase(), value: occurrence as string })));
}
const signedFields = (fields: readonly FieldOccurrence[]): string[] => SIGNED_WHEN_PRESENT.filter((name) => fields.some((field) => field.name === name));
const bodyBytes = (body: string | Uint8Array = ''): Uint8Array => (typeof body === 'string' ? utf8(body) : body);
const seconds = (time: Date): number => Math.floor(time.getTime() / 1000);

/** RFC 9530, SHA-256 alone. */
const contentDigest = (body?: string | Uint8Array): string => `sha-256=:${createHash('sha256').update(bodyBytes(body)).digest('base64')}:`;

/**
 * The headers to add to a request so that `verifyRequest` accepts it for one minute: `content-digest`, `signature-input`, `signature`
 * (RFC 9421). Covered: method, authority, path, query, body, and content type and idempotency key when given.
 */
export function signRequest(key: SigningKey, request: RequestToSign): SignatureHeaders {
  const digest = contentDigest(request.body);
  const fields = [...fieldsOf(request.headers ?? {}).filter((field) => field.name !== 'content-digest'), { name: 'content-digest', value: digest }];
  const created = seconds(request.now);
  const { signature, signatureInput } = createSignatureSync(
    { kind: 'request', method: request.method, targetUri: request.url, fields },
    {
      label: LABEL,
      components: [...ALWAYS_SIGNED, ...signedFields(fields)],
      parameters: {
        created,
        expires: created + LIFETIME_SECONDS,
        nonce: request.nonce ?? randomBytes(16).toString('base64url'),
        alg: ALG,
        keyid: key.kid,
        tag: TAG,
      },
      signer: { algorithm: ALG, sign: (base) => key.sign(base) },
    },
  );
  return { 'content-digest': digest, 'signature-input': signatureInput, signature };
}

const fail = (code: string, message: string, cause?: unknown): RequestSignatureError => new RequestSignatureError(code, message, { cause });

function checkBody(fields: readonly FieldOccurrence[], body: string | Uint8Array | undefined): void {
  const given = fields.filter((field) => field.name === 'content-digest').map((field) => field.value);
  const expected = Buffer.from(contentDigest(body));
  const claimed = Buffer.from(given[0] ?? '');
  if (given.length !== 1 || claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) {
    throw fail(RequestErrorCode.wrongBody, 'the body does not match the header `content-digest`');
  }
}

function checkWindow(created: unknown, expires: unknown, now: number): asserts expires is number {
  if (typeof created !== 'number' || typeof expires !== 'number' || expires <= created || expires - created > WINDOW_SECONDS) {
    throw fail(RequestErrorCode.outsideWindow, `a request signature is valid for at most ${WINDOW_SECONDS} seconds, from \`created\` to \`expires\``);
  }
  if (created > now + CLOCK_SKEW_SECONDS) throw fail(RequestErrorCode.outsideWindow, 'the request was signed in the future: compare the clocks');
  if (now > expires + CLOCK_SKEW_SECONDS) throw fail(RequestErrorCode.outsideWindow, 'the request signature has expired: compare the clocks');
}

/**
 * Who signed the request. Cheap checks (size, body digest, window, known key) come before the signature; the nonce is recorded after it, so
 * that nobody can use up another's nonces.
 * @throws RequestSignatureError CS0120–CS0126
 */
export async function verifyRequest(request: RequestToVerify): Promise<{ kid: string }> {
  const fields = fieldsOf(request.headers);
  for (const name of ['signature', 'signature-input', 'content-digest']) {
    const values = fields.filter((field) => field.name === name);
    if (values.length !== 1) throw fail(RequestErrorCode.malformed, `the request needs one header \`${name}\``);
    if (values[0].value.length > MAX_HEADER_CHARACTERS) throw fail(RequestErrorCode.tooLarge, `header \`${name}\` is too long`);
  }
  checkBody(fields, request.body);
  const now = seconds(request.now);
  try {
    const { parameters } = await verifyMessage(
      { kind: 'request', method: request.method, targetUri: request.url, fields },
      {
        label: LABEL,
        policy: {
          algorithms: [ALG],
          requiredComponents: [...ALWAYS_SIGNED, ...signedFields(fields)],
          requiredParameters: ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'],
          clockSkew: Number.MAX_SAFE_INTEGER,
          now,
        },
        resolveVerifier: async (candidate) => {
          const { created, expires, nonce, keyid, tag } = candidate.parameters;
          if (tag !== TAG) throw fail(RequestErrorCode.malformed, `the request signature has no tag \`${TAG}\``);
          if (!NONCE.test(nonce ?? '')) throw fail(RequestErrorCode.malformed, 'the nonce is not base64url of 16 to 64 bytes');
          checkWindow(created, expires, now);
          const publicKey = await request.keyOf(keyid ?? '');
          if (!publicKey || keyIdOf('ML-DSA-65', publicKey) !== keyid) throw fail(RequestErrorCode.unknownKey, 'the request is signed by a key that is not registered');
          return { algorithm: ALG, verify: (base: Uint8Array, signature: Uint8Array) => verifySignature('ML-DSA-65', publicKey, base, signature) };
        },
      },
    );
    const { keyid, nonce, expires } = parameters as { keyid: string; nonce: string; expires: number };
    const forgetAt = new Date((expires + CLOCK_SKEW_SECONDS + 1) * 1000);
    if (await request.seen(`${keyid}:${nonce}`, forgetAt)) throw fail(RequestErrorCode.replayed, 'the request was received before');
    return { kid: keyid };
  } catch (error) {
    if (!isSignatureError(error)) throw error;
    if (error.cause instanceof RequestSignatureError) throw error.cause;
    // Anything else that keyOf threw (a database, say) is not the client's fault.
    if (error.code === 'ResolverFailed') throw error.cause;
    const code = error.code === 'VerificationFailed' ? RequestErrorCode.badSignature : RequestErrorCode.malformed;
    throw fail(code, code === RequestErrorCode.badSignature ? 'the request signature is not valid' : 'the request signature is malformed or does not cover what it must', error);
  }
}
