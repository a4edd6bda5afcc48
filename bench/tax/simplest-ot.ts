/**
 * Base oblivious transfer from Diffie–Hellman, as a session without quantum computers in mind would have it; for comparison only.
 *
 * Paper       Chou, Orlandi: The Simplest Protocol for Oblivious Transfer. LATINCRYPT 2015, ePrint 2015/267, Figure 1.
 * Security    semi-honest, and none against a quantum computer. P-256.
 * Deviations  1. P-256 in place of Curve25519: node has OpenSSL's multiplication for it (several times faster than any in JavaScript), and
 *                no curve whose points it adds; additions are @noble/curves'. So this is about the fastest that the runtime offers.
 *             2. Keys are hashes of the x-coordinate of the Diffie–Hellman point, with transfer, branch and both messages.
 *
 *     sender: y, S = yB                            S      ───────▶
 *     receiver: x_i, R_i = c_i·S + x_i·B     ◀───────   R_i
 *     receiver: k_c = H(x_i·S)                     sender: k_0 = H(y·R_i), k_1 = H(y·(R_i − S))
 */
import { createECDH } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { type Binding, boundHash, counters, labelOf } from '../../libs/mpc/src/channel/index.js';
import { type BaseTransfers, kPkeTransfers } from '../../libs/mpc/src/ot/index.js';
import { select } from '../../libs/mpc/src/ot/select.js';

const protocol = 'chou-orlandi-p256/1';
const curve = 'prime256v1';
const pointBytes = 65;
const keyBytes = 16;
const labels = { sender: labelOf(protocol, 'S'), receiver: labelOf(protocol, 'R') };

const keyOf = (binding: Binding, i: number, branch: number, s: Uint8Array, r: Uint8Array, shared: Uint8Array): Uint8Array =>
  boundHash(protocol, 'key', binding, counters(i, branch), s, r, shared).subarray(0, keyBytes);

export const simplestTransfers: BaseTransfers = {
  // The name is only compared in the hello, where the session puts that of the transfers which these stand in for.
  name: kPkeTransfers.name,
  security: 'semi-honest',
  async receive({ lane, binding }, choices, count) {
    const s = await lane.receive(labels.sender, pointBytes);
    const point = p256.Point.fromBytes(s);
    const message = new Uint8Array(count * pointBytes);
    const keys = new Uint8Array(count * keyBytes);
    for (let i = 0; i < count; i++) {
      const choice = (choices[i >> 3]! >> (i & 7)) & 1;
      const own = createECDH(curve);
      const own0 = new Uint8Array(own.generateKeys());
      const own1 = p256.Point.fromBytes(own0).add(point).toBytes(false);
      const r = message.subarray(i * pointBytes, (i + 1) * pointBytes);
      select(r, choice, own0, own1);
      keys.set(keyOf(binding, i, choice, s, r, own.computeSecret(s)), i * keyBytes);
    }
    await lane.send(labels.receiver, message);
    return keys;
  },
  async send({ lane, binding }, count) {
    const own = createECDH(curve);
    const s = new Uint8Array(own.generateKeys());
    await lane.send(labels.sender, s);
    const message = await lane.receive(labels.receiver, count * pointBytes);
    const minus = p256.Point.fromBytes(s).negate();
    const keys = new Uint8Array(2 * count * keyBytes);
    for (let i = 0; i < count; i++) {
      const r = message.subarray(i * pointBytes, (i + 1) * pointBytes);
      const other = p256.Point.fromBytes(r).add(minus).toBytes(false);
      for (const [branch, at] of [[0, r], [1, other]] as const) keys.set(keyOf(binding, i, branch, s, r, own.computeSecret(at)), (2 * i + branch) * keyBytes);
    }
    return keys;
  },
};
