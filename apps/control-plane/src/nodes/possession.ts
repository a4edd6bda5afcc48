import { createHmac, timingSafeEqual } from 'node:crypto';
import { type PossessionProofs, type PublicKeys } from '#contract';
import { fromBase64Url, toBase64Url, verifySignature } from '#pqc';
import { possessionMessage } from '#verify';
import { type z } from 'zod';
import { type EnrolmentChallenge } from '../database/entities/identities.js';
import { Problem } from '../http/problem.js';

/**
 * Refuses unless whoever signed `registration` also holds its link, witness and sealing keys, now: each proof covers the challenge and this very
 * registration (see `RegisterRequest`). @throws Problem CS0166
 */
export function requirePossession(keys: PublicKeys, challenge: EnrolmentChallenge, registration: string, proofs: z.infer<typeof PossessionProofs>): void {
  const message = possessionMessage({ id: challenge.id, nonce: toBase64Url(challenge.nonce) }, registration);
  const refused = (key: string) => new Problem(400, 'CS0166', `the proof of possession of the ${key} key is wrong`);
  if (!challenge.sealingKey.equals(fromBase64Url(keys.sealing))) throw new Problem(400, 'CS0166', 'the challenge was to another sealing key than the registration names');
  const expected = createHmac('sha256', challenge.secret).update(message).digest();
  const given = fromBase64Url(proofs.sealing);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refused('sealing');
  if (!verifySignature('ML-DSA-65', fromBase64Url(keys.link), message, fromBase64Url(proofs.link))) throw refused('link');
  if (!verifySignature('ML-DSA-44', fromBase64Url(keys.witness), message, fromBase64Url(proofs.witness))) throw refused('witness');
}
