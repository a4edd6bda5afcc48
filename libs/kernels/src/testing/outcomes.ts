import { randomBytes } from 'node:crypto';
import { type Kernels } from '../kernels.js';
import { KernelMemory } from '../memory.js';

type Contents = BigUint64Array | Uint8Array | Uint32Array;
type Places<N extends string> = Readonly<Record<N, number>>;

const guardBytes = 48;
const bytesOf = (contents: Contents): Uint8Array => new Uint8Array(contents.buffer, contents.byteOffset, contents.byteLength);

function outcome<R extends Record<string, Contents>>(
  regions: R, call: (kernels: Kernels, at: Places<keyof R & string>) => void, implementation: 'wasm' | 'plain',
): R {
  const entries = Object.entries(regions);
  const memory = new KernelMemory(entries.reduce((sum, [, { byteLength }]) => sum + byteLength + 3 * guardBytes, 0), implementation);
  const start = memory.take(0);
  memory.bytes.set(randomBytes(memory.bytes.length - start), start);
  const at: Record<string, number> = {};
  let top = start + guardBytes;
  for (const [name, contents] of entries) {
    at[name] = top;
    memory.bytes.set(bytesOf(contents), top);
    top = 16 * Math.ceil((top + contents.byteLength) / 16) + guardBytes;
  }
  const before = memory.bytes.slice();
  call(memory.kernels, at as Places<keyof R & string>);
  const after = entries.map(([name, contents]) => {
    const result = contents.slice();
    const place = memory.bytes.subarray(at[name], at[name]! + contents.byteLength);
    bytesOf(result).set(place);
    place.set(bytesOf(contents));
    return [name, result];
  });
  if (Buffer.compare(memory.bytes.subarray(start), before.subarray(start)) !== 0) throw new Error('the kernel wrote outside of its regions');
  return Object.fromEntries(after) as R;
}

/**
 * What is in the regions after `call`, by the kernels and by their twins. Regions start on multiples of 16 (no more) with guards around
 * them; a byte written elsewhere throws.
 */
export function outcomes<R extends Record<string, Contents>>(
  regions: R, call: (kernels: Kernels, at: Places<keyof R & string>) => void,
): { readonly wasm: R; readonly plain: R } {
  return { wasm: outcome(regions, call, 'wasm'), plain: outcome(regions, call, 'plain') };
}

/** `count` bytes, of which none is known. */
export const someBytes = (count: number): Uint8Array => new Uint8Array(randomBytes(count));

/** `count` words: at first every one of `extremes` in `phase` with itself, then random ones. */
export function someWords(count: number, extremes: readonly bigint[] = [], phase = 0): BigUint64Array {
  const words = new BigUint64Array(someBytes(8 * count).buffer);
  for (let i = 0; i < Math.min(count, extremes.length ** 2); i++) {
    words[i] = extremes[phase === 0 ? i % extremes.length : Math.floor(i / extremes.length)]!;
  }
  return words;
}
