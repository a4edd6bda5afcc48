import { Channel, type Lane } from '../../channel/index.js';
import { type BaseParty } from '../base-transfers.js';
import { ciphertextBytes, ciphertextsMessageBytes, kPkeFlow, keyBytes, keysMessageBytes, messageBytes, nonceBytes, vectorBytes } from './flow.js';
import { KPke, coefficients, coefficientsBytes, seedBytes } from './k-pke.js';
import { KeyOracle, MaskOracle } from './oracle.js';
import { chunkVectors, chunksOf, putRandom, rhoOf, workspace } from './workspace.js';

/** `send` of `BaseTransfers`. Throws `ProtocolAbort`, with `CS0703` for a vector that is not reduced modulo q. */
export async function sendKPke(party: BaseParty, count: number): Promise<Uint8Array> {
  const channel = new Channel(kPkeFlow, 'sender', party.lane);
  const message = await channel.receive('keys', keysMessageBytes(count));
  const { ciphertexts, keys } = encryptAll(party, message, count);
  await channel.send('ciphertexts', ciphertexts);
  channel.finish();
  return keys;
}

/** Step 2. */
function encryptAll({ lane, binding, randomness }: BaseParty, message: Uint8Array, count: number): { ciphertexts: Uint8Array; keys: Uint8Array } {
  const ciphertexts = new Uint8Array(ciphertextsMessageBytes(count));
  const keys = new Uint8Array(2 * count * keyBytes);
  const memory = workspace(count, 0);
  try {
    const pke = new KPke(memory, rhoOf(binding, message.subarray(0, nonceBytes)));
    const masks = new MaskOracle(memory, binding, chunkVectors);
    const keyOracle = new KeyOracle(memory, binding, chunkVectors);
    // Vectors and all that comes of them are numbered 2·transfer + branch.
    for (const [from, to] of chunksOf(2 * count, chunkVectors)) {
      const length = to - from;
      memory.within(() => {
        const encoded = memory.put(message.subarray(nonceBytes + from * vectorBytes, nonceBytes + to * vectorBytes));
        const vectors = memory.take(length * coefficientsBytes);
        if (memory.kernels.byteDecode12(vectors, encoded, length * coefficients) === 0) throw unreduced(lane);
        for (let v = 0; v < length; v++) masks.inputs.set(v, (from + v) >> 1, v & 1, encoded + (v ^ 1) * vectorBytes);
        memory.kernels.addModQ(vectors, masks.answer(length), length * coefficients);

        const messages = putRandom(memory, randomness, length * messageBytes);
        const coins = putRandom(memory, randomness, length * seedBytes);
        const encrypted = memory.take(length * ciphertextBytes);
        pke.encrypt(vectors, messages, coins, encrypted, length);
        ciphertexts.set(memory.bytes.subarray(encrypted, encrypted + length * ciphertextBytes), from * ciphertextBytes);
        for (let v = 0; v < length; v++) keyOracle.inputs.set(v, (from + v) >> 1, v & 1, messages + v * messageBytes);
        const answers = keyOracle.answer(length);
        keys.set(memory.bytes.subarray(answers, answers + length * keyBytes), from * keyBytes);
      });
    }
    return { ciphertexts, keys };
  } finally {
    memory.wipe();
  }
}

const unreduced = (lane: Lane): Error => lane.peer.abort('CS0703', 'a coefficient that is not reduced', 'keys');
