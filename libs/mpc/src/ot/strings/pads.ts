import { draw, openStream } from '../expand.js';
import { stringBytes } from '../random/index.js';

/** target ⊕= F(k) */
export function addPad(target: Uint8Array, key: Uint8Array): void {
  const pad = target.length <= stringBytes ? key : new Uint8Array(target.length);
  if (pad !== key) draw(openStream(key, 0), pad);
  for (let i = 0; i < target.length; i++) target[i]! ^= pad[i]!;
  if (pad !== key) pad.fill(0);
}

/** The key of a transfer. A view. */
export const keyOf = (keys: Uint8Array, transfer: number): Uint8Array => keys.subarray(stringBytes * transfer, stringBytes * (transfer + 1));
