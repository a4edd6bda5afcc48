import { subtractFrom } from '#kernels';
import { Coins, Mask, Rerandomiser, type Scheme, type Sums, allOf, answerBytes, finishInto, readBody } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty, type LatticePublicKeys } from '../lattice.js';
import { productBatches, elementsOf, productsAnswerBytes, productsFlow, productsQueryBytes, slotCount } from './flow.js';
import { type WideMask, addMask, drawMask } from './mask.js';
import { type Multiplier, multiplier, multiplierLimb } from './multiplier.js';

/** The shares r for the words y_i, by factor. Secret. Throws `ProtocolAbort`. */
export async function receiveLatticeProducts(party: LatticeParty, factors: readonly BigUint64Array[]): Promise<BigUint64Array> {
  const { lane, peers } = party;
  if (!peers) throw new RangeError('who multiplies encrypted words has the keys of their owner');
  const shares = new BigUint64Array(elementsOf(factors));
  const coins = new Coins(party.randomness);
  const [query, answer] = [new Uint8Array(productsQueryBytes(factors.length)), new Uint8Array(productsAnswerBytes)];
  for (const [from, to] of productBatches(shares.length)) {
    const channel = new Channel(productsFlow, 'receiver', lane);
    await channel.receiveInto('query', query);
    answerTo(query, answer, { ...party, peers }, coins, factors.map((words) => words.subarray(from, to)), shares.subarray(from, to));
    await channel.send('answer', answer);
    channel.finish();
  }
  return shares;
}

/** Step 2. Writes the message and the shares. */
function answerTo(
  query: Uint8Array, message: Uint8Array, { lane, lattice: { memory, schemes }, peers }: LatticeParty & { readonly peers: LatticePublicKeys },
  coins: Coins, factors: readonly BigUint64Array[], shares: BigUint64Array,
): void {
  const seed = query.subarray(0, seedBytes);
  let [read, written] = [seedBytes, 0];
  memory.within(() => {
    const mask = drawMask(memory, coins, slotCount);
    // r = −r̂
    const low = shares.slice();
    memory.get(mask.words[0], low);
    subtractFrom(shares, low);
    low.fill(0n);
    const multipliers = factors.map((words) => {
      const at = memory.take(8 * slotCount);
      memory.bytes.fill(0, at, at + 8 * slotCount);
      memory.bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), at);
      return at;
    });
    schemes.forEach((scheme, i) => {
      // In a query come all schemes of one factor, then of the next.
      const bytes = scheme.ciphertextBytes;
      const ciphertexts = factors.map((_, f) => {
        const at = read + f * ((query.length - seedBytes) / factors.length);
        return { body: query.subarray(at, at + bytes), mask: new Mask(scheme, seed, f * schemes.length + i) };
      });
      read += bytes;
      const length = answerBytes(scheme.parameters, scheme.degree);
      memory.within(() => {
        const rerandomiser = new Rerandomiser(scheme, peers[i]!, coins);
        const sums = sumOf(scheme, ciphertexts, multipliers.map((words) => multiplier(scheme, words)), rerandomiser, mask);
        if (!sums) throw lane.peer.abort('CS0703', 'a ciphertext with a coefficient that is not reduced', 'query');
        rerandomiser.wipe();
        finishInto(message.subarray(written, written + length), scheme, coins, sums, allOf(scheme));
      });
      written += length;
    });
    memory.bytes.fill(0, mask.words[0], multipliers.at(-1)! + 8 * slotCount);
  });
}

interface Ciphertext {
  readonly body: Uint8Array;
  readonly mask: Mask;
}

/** Both sums with everything in them, at a fresh region; undefined when a ciphertext is malformed. Prime by prime, so that what is worked on stays in the cache. */
function sumOf(scheme: Scheme, ciphertexts: readonly Ciphertext[], multipliers: readonly Multiplier[], rerandomiser: Rerandomiser, mask: WideMask): Sums | undefined {
  const { memory, ring, moduli, degree } = scheme;
  const count = ciphertexts.length;
  const [bodies, masks] = [ring.zeros(moduli.length), ring.zeros(moduli.length)];
  let wellFormed = true;
  memory.within(() => {
    const place = (): number[] => ciphertexts.map(() => memory.take(ring.polyBytes));
    const [c0, c1, y] = [place(), place(), place()];
    const offsets = memory.take(4 * 3 * count);
    const lists = new Uint32Array(memory.bytes.buffer, offsets, 3 * count);
    lists.set([...c0, ...c1]);
    moduli.forEach(({ prime, plaintext }, limb) => {
      const sums: Sums = { body: bodies + limb * ring.polyBytes, mask: masks + limb * ring.polyBytes };
      ciphertexts.forEach((ciphertext, f) => {
        wellFormed = readBody(scheme, ciphertext.body, limb, c0[f]!) && wellFormed;
        ciphertext.mask.next(c1[f]!);
      });
      lists.set(multipliers.map((each, f) => multiplierLimb(scheme, each, limb, y[f]!)), 2 * count);
      memory.kernels.residueDot(sums.body, offsets, offsets + 8 * count, count, degree, prime);
      memory.kernels.residueDot(sums.mask, offsets + 4 * count, offsets + 8 * count, count, degree, prime);
      if (plaintext !== 0) addMask(memory, sums.body, mask, degree, prime, plaintext);
      rerandomiser.add(limb, sums);
    });
    for (const poly of y) ring.clear(poly);
  });
  return wellFormed ? { body: bodies, mask: masks } : undefined;
}
