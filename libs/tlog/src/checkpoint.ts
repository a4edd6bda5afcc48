import { concatBytes, ML_DSA, verifySignature as portableVerify, type MlDsa } from '#pqc/portable';
import { fromBase64, toBase64 } from './base64.js';
import { LogError, LogErrorCode } from './errors.js';
import { equalBytes, HASH_BYTES } from './hashing.js';
import { isNoteName, parseVkey, verifierKey, type VerifierKey } from './vkey.js';

/** What a log commits to (C2SP tlog-checkpoint). There are no extension lines, since ML-DSA-44 cosignatures do not sign them. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}
export interface VerifiedCheckpoint extends Checkpoint {
  /** When it was signed, in POSIX seconds; 0 when the signer does not say that it saw no larger tree. */
  readonly timestamp: number;
}

/** `SigningKey` of `#pqc` or `#pqc/portable`, ML-DSA-44. */
export interface CheckpointSigner {
  readonly algorithm: MlDsa;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}
export type VerifySignature = (algorithm: MlDsa, publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

const ALGORITHM = 'ML-DSA-44';
const LABEL = 'subtree/v1\n\0';
const TIMESTAMP_BYTES = 8;
const LINE_BYTES = 4 + TIMESTAMP_BYTES + ML_DSA[ALGORITHM].signatureBytes;
const MAX_NOTE_CHARACTERS = 1 << 18;
const MAX_SIGNATURES = 64;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bad = (what: string): LogError => new LogError(LogErrorCode.badCheckpoint, `malformed checkpoint: ${what}`);

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}
const shortText = (text: string): Uint8Array => concatBytes(Uint8Array.of(utf8(text).length), utf8(text));

/** `cosigned_message` of C2SP tlog-cosignature with start = 0 and end = size. */
const signedMessage = (cosigner: string, timestamp: number, { origin, size, root }: Checkpoint): Uint8Array =>
  concatBytes(utf8(LABEL), shortText(cosigner), u64(timestamp), shortText(origin), u64(0), u64(size), root);

/** The three lines of the note's text. @throws LogError CS0801 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!isNoteName(origin)) throw bad('the origin is no name that a note may have');
  if (!Number.isSafeInteger(size) || size < 0) throw bad('the size is no whole number');
  if (root.length !== HASH_BYTES) throw bad(`the root has ${root.length} bytes`);
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** One signature line, for the log itself (`name` is the origin) or for a witness. */
export function signatureLine(key: CheckpointSigner, name: string, checkpoint: Checkpoint, now: Date): string {
  if (key.algorithm !== ALGORITHM) throw new LogError(LogErrorCode.badKey, `checkpoints are signed with \`${ALGORITHM}\`, not \`${key.algorithm}\``);
  const { keyId } = verifierKey(name, key.publicKey);
  const timestamp = Math.floor(now.getTime() / 1000);
  return `\u2014 ${name} ${toBase64(concatBytes(keyId, u64(timestamp), key.sign(signedMessage(name, timestamp, checkpoint))))}\n`;
}

/** The signed note of the log's own checkpoint. @throws LogError CS0801, CS0812 */
export const signCheckpoint = (key: CheckpointSigner, checkpoint: Checkpoint, now: Date): string =>
  `${formatCheckpoint(checkpoint)}\n${signatureLine(key, checkpoint.origin, checkpoint, now)}`;

interface SignatureLine {
  readonly name: string;
  /** Key id, timestamp, signature. */
  readonly bytes: Uint8Array;
}

function parseText(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n');
  const hash = fromBase64(root ?? '');
  if (rest.length !== 1 || rest[0] !== '') throw bad('the text has not exactly three lines');
  if (!isNoteName(origin)) throw bad('the origin is no name that a note may have');
  if (!/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size))) throw bad('the size is no whole number');
  if (hash?.length !== HASH_BYTES) throw bad('the root is not 32 bytes in base64');
  return { origin, size: Number(size), root: hash };
}

function parseLine(line: string): SignatureLine {
  const [, name, encoded] = /^\u2014 ([!-*,-~]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (!bytes || bytes.length <= 4) throw bad('a signature line is not `— name base64`');
  return { name, bytes };
}

/** The parts of a note, nothing verified. @throws LogError CS0801 */
export function parseNote(note: string): { checkpoint: Checkpoint; signatures: readonly SignatureLine[] } {
  if (note.length > MAX_NOTE_CHARACTERS) throw bad('the note is too long');
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw bad('the note has no signatures');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw bad(`the note has more than ${MAX_SIGNATURES} signatures`);
  return { checkpoint: parseText(note.slice(0, end + 1)), signatures: lines.map(parseLine) };
}

function verifyLine(line: SignatureLine, key: VerifierKey, checkpoint: Checkpoint, verify: VerifySignature): number {
  const invalid = new LogError(LogErrorCode.badSignature, `the signature of \`${key.name}\` on the checkpoint is not valid`);
  if (line.bytes.length !== LINE_BYTES) throw invalid;
  const timestamp = Number(new DataView(line.bytes.buffer, line.bytes.byteOffset).getBigUint64(4));
  if (!Number.isSafeInteger(timestamp)) throw invalid;
  const signature = line.bytes.subarray(4 + TIMESTAMP_BYTES);
  if (!verify(ALGORITHM, key.publicKey, signedMessage(key.name, timestamp, checkpoint), signature)) throw invalid;
  return timestamp;
}

/**
 * The checkpoint of a note that the holder of `vkey` signed. Signatures of other keys are ignored, as the format demands; every signature
 * of this key must be valid. `origin` is the name in `vkey` when left out (a log signs under its own name, a witness does not).
 * @throws LogError CS0801 malformed, CS0802 not signed by that key, CS0803 of another log, CS0812 no key
 */
export function verifyCheckpoint(
  note: string,
  vkey: string,
  { origin, verifySignature = portableVerify }: { readonly origin?: string; readonly verifySignature?: VerifySignature } = {},
): VerifiedCheckpoint {
  const key = parseVkey(vkey);
  const { checkpoint, signatures } = parseNote(note);
  const expected = origin ?? key.name;
  if (checkpoint.origin !== expected) throw new LogError(LogErrorCode.otherLog, `the checkpoint is of log \`${checkpoint.origin}\`, not \`${expected}\``);
  const own = signatures.filter((line) => line.name === key.name && equalBytes(line.bytes.subarray(0, 4), key.keyId));
  if (own.length === 0) throw new LogError(LogErrorCode.badSignature, `the checkpoint is not signed by \`${key.name}\``);
  const timestamps = own.map((line) => verifyLine(line, key, checkpoint, verifySignature));
  return { ...checkpoint, timestamp: Math.max(...timestamps) };
}
