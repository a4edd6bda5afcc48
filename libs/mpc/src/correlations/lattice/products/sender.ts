import { Coins, Mask, allOf, answerBytes, cofactorInverse, decrypt, encryptInto, integerConstants, modulo } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty, type LatticeSecretKeys } from '../lattice.js';
import { batchesAhead, productBatches, elementsOf, productsAnswerBytes, productsFlow, productsQueryBytes, slotCount } from './flow.js';

/** The shares s for the words x_i, by factor. Secret. Throws `ProtocolAbort`. */
export async function sendLatticeProducts(party: LatticeParty, factors: readonly BigUint64Array[]): Promise<BigUint64Array> {
  const { lane, own } = party;
  if (!own) throw new RangeError('who sends products has keys of its own');
  const shares = new BigUint64Array(elementsOf(factors));
  const batches = productBatches(shares.length);
  const coins = new Coins(party.randomness);
  const channels = batches.map(() => new Channel(productsFlow, 'sender', lane));
  const [asked, answered] = [batches.map(() => Promise.withResolvers<void>()), batches.map(() => Promise.withResolvers<void>())];
  const ask = async (): Promise<void> => {
    const message = new Uint8Array(productsQueryBytes(factors.length));
    for (const [b, range] of batches.entries()) {
      await answered[b - batchesAhead]?.promise;
      query(message, party, own, coins, factors.map((words) => words.subarray(...range)));
      const sent = channels[b]!.send('query', message);
      asked[b]!.resolve();
      await sent;
    }
  };
  const listen = async (): Promise<void> => {
    const answer = new Uint8Array(productsAnswerBytes);
    for (const [b, range] of batches.entries()) {
      await asked[b]!.promise;
      await channels[b]!.receiveInto('answer', answer);
      channels[b]!.finish();
      answered[b]!.resolve();
      read(party, own, answer, shares.subarray(...range));
    }
  };
  // Side by side, or both ends could wait for room on the link: the receiver reads no query before its last answer could leave.
  await Promise.all([ask(), listen()]);
  return shares;
}

/** Step 1. Writes the message. */
function query(message: Uint8Array, { lattice: { memory, schemes }, randomness }: LatticeParty, keys: LatticeSecretKeys, coins: Coins, factors: readonly BigUint64Array[]): void {
  const seed = randomness.bytes(seedBytes);
  message.set(seed);
  let at = seedBytes;
  let index = 0;
  for (const factor of factors) {
    memory.within(() => {
      const words = memory.take(8 * slotCount);
      memory.bytes.fill(0, words, words + 8 * slotCount);
      memory.bytes.set(new Uint8Array(factor.buffer, factor.byteOffset, factor.byteLength), words);
      schemes.forEach((scheme, i) => {
        encryptInto(message.subarray(at, at + scheme.ciphertextBytes), scheme, keys[i]!, coins, new Mask(scheme, seed, index++), words);
        at += scheme.ciphertextBytes;
      });
      memory.bytes.fill(0, words, words + factor.byteLength);
    });
  }
}

/** Step 2, the sender's part. */
function read({ lattice: { memory, schemes } }: LatticeParty, keys: LatticeSecretKeys, answer: Uint8Array, shares: BigUint64Array): void {
  const primes = schemes.flatMap(({ slotPrimes }) => slotPrimes);
  memory.within(() => {
    const { ring, degree } = schemes[0]!;
    const residues = ring.zeros(primes.length);
    let at = 0;
    let limb = residues;
    schemes.forEach((scheme, i) => memory.within(() => {
      const bytes = answerBytes(scheme.parameters, degree);
      const words = decrypt(scheme, keys[i]!, answer.subarray(at, at + bytes), allOf(scheme));
      at += bytes;
      for (const prime of scheme.slotPrimes) {
        memory.kernels.residueAddWords(limb, words, degree, prime, modulo(cofactorInverse(primes, prime), prime));
        ring.forward(prime, limb);
        limb += ring.polyBytes;
      }
      memory.bytes.fill(0, words, words + 8 * degree);
    }));
    const sums = memory.take(16 * shares.length);
    memory.kernels.integers(sums, residues, ring.polyBytes, primes.length, 0, 1, shares.length, memory.put(new Uint8Array(integerConstants(primes).buffer)));
    lowWords(new Uint32Array(memory.bytes.buffer, sums, 4 * shares.length), shares);
    memory.bytes.fill(0, residues, sums + 16 * shares.length);
  });
}

/** v mod 2^64 of numbers of 128 bits. */
function lowWords(numbers: Uint32Array, words: BigUint64Array): void {
  const halves = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
  for (let i = 0, j = 0; i < halves.length; i += 2, j += 4) {
    halves[i] = numbers[j]!;
    halves[i + 1] = numbers[j + 1]!;
  }
}
