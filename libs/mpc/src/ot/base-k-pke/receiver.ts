import { type KernelMemory } from '#kernels';
import { Channel } from '../../channel/index.js';
import { type BaseParty } from '../base-transfers.js';
import { bitAt, select } from '../select.js';
import { ciphertextBytes, ciphertextsMessageBytes, kPkeFlow, keyBytes, keysMessageBytes, messageBytes, nonceBytes, vectorBytes } from './flow.js';
import { KPke, coefficients, coefficientsBytes, sampleVectors, seedBytes, vectorStreamBytes } from './k-pke.js';
import { KeyOracle, MaskOracle } from './oracle.js';
import { chunkVectors, chunksOf, putRandom, rhoOf, workspace } from './workspace.js';

/** `receive` of `BaseTransfers`. */
export async function receiveKPke(party: BaseParty, choices: Uint8Array, count: number): Promise<Uint8Array> {
  const channel = new Channel(kPkeFlow, 'receiver', party.lane);
  const memory = workspace(count, coefficientsBytes);
  try {
    const nonce = party.randomness.bytes(nonceBytes);
    const pke = new KPke(memory, rhoOf(party.binding, nonce));
    const secrets = memory.take(count * coefficientsBytes);
    await channel.send('keys', makeKeys(party, { pke, nonce, secrets }, choices, count));
    const ciphertexts = await channel.receive('ciphertexts', ciphertextsMessageBytes(count));
    channel.finish();
    return decryptAll(party, { pke, secrets }, ciphertexts, choices, count);
  } finally {
    memory.wipe();
  }
}

/** Step 1: the message, and ŝ of all transfers at `secrets`. */
function makeKeys(
  { binding, randomness }: BaseParty, { pke, nonce, secrets }: { pke: KPke; nonce: Uint8Array; secrets: number }, choices: Uint8Array, count: number,
): Uint8Array {
  const { memory } = pke;
  const message = new Uint8Array(keysMessageBytes(count));
  message.set(nonce);
  memory.within(() => {
    const masks = new MaskOracle(memory, binding, chunkVectors);
    for (const [from, to] of chunksOf(count, chunkVectors)) {
      const length = to - from;
      memory.within(() => {
        const keys = memory.take(length * coefficientsBytes);
        pke.makeKeys(putRandom(memory, randomness, length * seedBytes), secrets + from * coefficientsBytes, keys, length);
        const others = encode(memory, sampleVectors(memory, putRandom(memory, randomness, length * vectorStreamBytes), length), length);
        for (let i = 0; i < length; i++) masks.inputs.set(i, from + i, bitAt(choices, from + i), others + i * vectorBytes);
        memory.kernels.subtractModQ(keys, masks.answer(length), length * coefficients);
        const masked = encode(memory, keys, length);
        for (let i = 0; i < length; i++) {
          const choice = bitAt(choices, from + i);
          const [other, own] = [others, masked].map((vectors) => memory.bytes.subarray(vectors + i * vectorBytes, vectors + (i + 1) * vectorBytes)) as [Uint8Array, Uint8Array];
          const at = nonceBytes + 2 * (from + i) * vectorBytes;
          select(message.subarray(at, at + vectorBytes), choice, own, other);
          select(message.subarray(at + vectorBytes, at + 2 * vectorBytes), choice, other, own);
        }
      });
    }
  });
  return message;
}

const encode = (memory: KernelMemory, vectors: number, length: number): number => {
  const encoded = memory.take(length * vectorBytes);
  memory.kernels.byteEncode12(encoded, vectors, length * coefficients);
  return encoded;
};

/** Step 3. */
function decryptAll({ binding }: BaseParty, { pke, secrets }: { pke: KPke; secrets: number }, ciphertexts: Uint8Array, choices: Uint8Array, count: number): Uint8Array {
  const { memory } = pke;
  const keys = new Uint8Array(count * keyBytes);
  memory.within(() => {
    const keyOracle = new KeyOracle(memory, binding, chunkVectors);
    for (const [from, to] of chunksOf(count, chunkVectors)) {
      const length = to - from;
      memory.within(() => {
        const chosen = memory.take(length * ciphertextBytes);
        for (let i = 0; i < length; i++) {
          const [zero, one] = [0, 1].map((j) => ciphertexts.subarray((2 * (from + i) + j) * ciphertextBytes, (2 * (from + i) + j + 1) * ciphertextBytes)) as [Uint8Array, Uint8Array];
          select(memory.bytes.subarray(chosen + i * ciphertextBytes, chosen + (i + 1) * ciphertextBytes), bitAt(choices, from + i), zero, one);
        }
        const messages = memory.take(length * messageBytes);
        pke.decrypt(secrets + from * coefficientsBytes, chosen, messages, length);
        for (let i = 0; i < length; i++) keyOracle.inputs.set(i, from + i, bitAt(choices, from + i), messages + i * messageBytes);
        const answers = keyOracle.answer(length);
        keys.set(memory.bytes.subarray(answers, answers + length * keyBytes), from * keyBytes);
      });
    }
  });
  return keys;
}
