import type { SealedShare } from '#contract';
import { canonicalise, concatBytes, fromBase64Url, labelledHash, openSealed, sealTo, sha256, toBase64Url, verifySignature, wipe, type KemKey, type SealContext, type SigningKey } from '#pqc';
import { leastParties, planDigest, type Plan } from '#program';
import { reconstructOutputs, shareLength } from '#mpc';
import { JobError } from './errors.js';

/**
 * Output shares on their way to a receiver that is no party. The control plane forwards them and can neither read nor alter them: a share
 * is sealed to the receiver's ML-KEM key, and inside the seal it is signed by the party's approval key, since sealing proves no sender.
 *
 *     plaintext = shares of all outputs in the order of the plan, u64le each ‖ ML-DSA-65 signature, 3309 bytes, of
 *                 labelledHash('countersign/sealed-share/1', SHA-256(aad), SHA-256(shares)), context "countersign/sealed-share/1"
 */
const SIGNATURE_BYTES = 3309;
const LABEL = 'countersign/sealed-share/1';
const CONTEXT = new TextEncoder().encode(LABEL);

interface Route {
  readonly job: string;
  readonly jobDigest: string;
  readonly attempt: number;
  readonly plan: Plan;
  readonly from: string;
  readonly to: string;
}

/** Binds the whole digests of job and plan: a job's id is only the beginning of one. */
const contextOf = ({ jobDigest, attempt, plan, from, to }: Omit<Route, 'job'>): SealContext => ({
  info: labelledHash('countersign/sealed/1'),
  aad: new TextEncoder().encode(canonicalise({ job: jobDigest, attempt, plan: planDigest(plan), from, to })),
});
const signedBytes = (aad: Uint8Array, shares: Uint8Array): Uint8Array => labelledHash(LABEL, sha256(aad), sha256(shares));

function encodeShares(plan: Plan, share: ReadonlyMap<string, BigUint64Array>): Uint8Array {
  const elements = plan.outputs.map(({ name }) => share.get(name)!);
  const bytes = new Uint8Array(elements.reduce((sum, vector) => sum + vector.length, 0) * 8);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const vector of elements) for (const element of vector) view.setBigUint64((offset += 8) - 8, element, true);
  return bytes;
}

/** This party's share of the outputs for one receiver. */
export function sealShare(share: ReadonlyMap<string, BigUint64Array>, options: Route & { readonly key: SigningKey; readonly receiver: Uint8Array }): SealedShare {
  const { plan, key, receiver, job, attempt, from, to } = options;
  const context = contextOf(options);
  const bytes = encodeShares(plan, share);
  const plaintext = concatBytes(bytes, key.sign(signedBytes(context.aad, bytes), CONTEXT));
  try {
    const { kemCiphertext, ciphertext } = sealTo(receiver, { ...context, plaintext });
    return { job, attempt, from, to, kemCiphertext: toBase64Url(kemCiphertext), ciphertext: toBase64Url(ciphertext) };
  } finally {
    wipe(bytes, plaintext);
  }
}

export interface OpenShares {
  readonly job: string;
  readonly jobDigest: string;
  readonly attempt: number;
  readonly to: string;
  readonly plan: Plan;
  readonly key: KemKey;
  /** Raw approval key of each party. */
  readonly approvalKeyOf: (party: string) => Uint8Array;
}

/**
 * The outputs, from one share of each party, or of as many as the suite takes where parties vanished. @throws JobError CS0745 also for shares that do not belong together,
 * SealError CS0150
 */
export function openShares(sealed: readonly SealedShare[], { job, jobDigest, attempt, to, plan, key, approvalKeyOf }: OpenShares): Map<string, BigUint64Array> {
  const elements = shareLength(plan);
  const components = elements / plan.outputs.reduce((sum, { length }) => sum + length, 0);
  const shares = new Map<number, Map<string, BigUint64Array>>();
  try {
    const present = plan.parties.filter((party) => sealed.some(({ from }) => from === party));
    const least = leastParties(plan.suite, plan.parties.length);
    if (present.length < least) throw new JobError('CS0745', `there are sealed shares of ${present.length} parties, and \`${plan.suite}\` takes those of ${least}`);
    if (sealed.some(({ from }) => !plan.parties.includes(from))) throw new JobError('CS0745', 'there is a sealed share of a node that is no party');
    for (const party of present) shares.set(plan.parties.indexOf(party), openShare(party));
    return reconstructOutputs(plan, shares);
  } catch (error) {
    if (error instanceof JobError || (error as { code?: string }).code === 'CS0150') throw error;
    throw new JobError('CS0745', `the sealed shares do not belong together: ${(error as Error).message}`);
  } finally {
    for (const share of shares.values()) for (const vector of share.values()) vector.fill(0n);
  }

  function openShare(party: string): Map<string, BigUint64Array> {
    const own = sealed.filter(({ from }) => from === party);
    if (own.length !== 1 || own[0].to !== to || own[0].job !== job || own[0].attempt !== attempt) {
      throw new JobError('CS0745', `there is not exactly one sealed share of \`${party}\` for this attempt`);
    }
    const [{ kemCiphertext, ciphertext }] = own;
    const context = contextOf({ jobDigest, attempt, plan, from: party, to });
    const plaintext = openSealed(key, { ...context, kemCiphertext: fromBase64Url(kemCiphertext), ciphertext: fromBase64Url(ciphertext) });
    try {
      const bytes = plaintext.subarray(0, Math.max(0, plaintext.length - SIGNATURE_BYTES));
      const valid = bytes.length === elements * 8 && verifySignature('ML-DSA-65', approvalKeyOf(party), signedBytes(context.aad, bytes), plaintext.subarray(bytes.length), CONTEXT);
      if (!valid) throw new JobError('CS0745', `the sealed share of \`${party}\` was not made by it for this plan`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      let offset = 0;
      return new Map(plan.outputs.map(({ name, length }) => [name, BigUint64Array.from({ length: components * length }, () => view.getBigUint64((offset += 8) - 8, true))]));
    } finally {
      wipe(plaintext);
    }
  }
}
