import { kernelsWasmBase64 } from './generated/kernels.js';
import { type Kernels } from './kernels.js';
import { plainBand } from './plain/band.js';
import { plainBitWords } from './plain/bit-words.js';
import { plainBits } from './plain/bits.js';
import { plainByteField } from './plain/bytes-field.js';
import { plainCode } from './plain/code.js';
import { plainField } from './plain/field.js';
import { plainGilboa } from './plain/gilboa.js';
import { plainOprf } from './plain/oprf.js';
import { plainPlanes } from './plain/planes.js';
import { plainReplicated } from './plain/replicated.js';
import { plainRing } from './plain/ring.js';
import { plainKeccak } from './plain/keccak.js';
import { plainMlKem } from './plain/ml-kem.js';
import { plainNtt } from './plain/ntt.js';
import { plainResidues } from './plain/residues.js';
import { plainFractions } from './plain/fractions.js';
import { plainTrees } from './plain/trees.js';
import { plainXor } from './plain/xor.js';

const pageBytes = 65_536;
const lineBytes = 64;
/** The first bytes are the compiler's own and what `wordsToPlanes` keeps between its two steps (assembly/planes.ts). */
const reservedBytes = 1024 + 8192;

const twins = [
  plainBits, plainXor, plainGilboa, plainTrees, plainCode,
  plainRing, plainPlanes, plainBitWords, plainReplicated, plainField, plainByteField, plainKeccak, plainMlKem, plainNtt, plainResidues, plainFractions, plainBand, plainOprf,
];

let compiled: WebAssembly.Module | undefined;

function instantiate(memory: WebAssembly.Memory): Kernels {
  compiled ??= new WebAssembly.Module(Buffer.from(kernelsWasmBase64, 'base64'));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels;
}

/**
 * A linear memory of fixed size with the kernels that work on it. Regions are taken and given back like a stack and start on
 * cache lines. It holds secrets between calls: its owner wipes it.
 */
export class KernelMemory {
  readonly kernels: Kernels;
  readonly bytes: Uint8Array;
  /** The whole memory as words: that at offset x, a multiple of 8, has the index x / 8. */
  readonly words: BigUint64Array;
  readonly #buffer: ArrayBuffer;
  #top = reservedBytes;
  /** Where the highest region ended that was ever taken. */
  #highest = reservedBytes;
  #wiped = false;

  /** Room for `capacityBytes`; `plain` runs the twins instead of WebAssembly. */
  constructor(readonly capacityBytes: number, implementation: 'wasm' | 'plain' = 'wasm') {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((reservedBytes + capacityBytes) / pageBytes) });
    this.#buffer = memory.buffer;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new BigUint64Array(memory.buffer);
    this.kernels = implementation === 'wasm'
      ? instantiate(memory)
      : Object.assign({}, ...twins.map((twin) => twin(memory.buffer))) as Kernels;
  }

  /** Runs `body` and gives back all regions that it took. Synchronous, so that two protocols cannot interleave on one stack. */
  within<T>(body: () => T extends Promise<unknown> ? never : T): T {
    const mark = this.#top;
    try {
      return body();
    } finally {
      this.#top = mark;
    }
  }

  /** Offset of a fresh region with undefined content. */
  take(byteLength: number): number {
    // INVARIANT: zeros are blocks and choices too, which mask nothing; so what runs on beside a failed step must not get them.
    if (this.#wiped) throw new RangeError('the kernels\' memory was wiped');
    const at = this.#top;
    this.#top = Math.ceil((at + byteLength) / lineBytes) * lineBytes;
    if (this.#top > this.#buffer.byteLength) throw new RangeError(`the kernels' memory of ${this.capacityBytes} bytes is too small`);
    this.#highest = Math.max(this.#highest, this.#top);
    return at;
  }

  /** A fresh region with a copy of `source`. */
  put(source: Uint8Array | BigUint64Array): number {
    const at = this.take(source.byteLength);
    this.bytes.set(source instanceof Uint8Array ? source : new Uint8Array(source.buffer, source.byteOffset, source.byteLength), at);
    return at;
  }

  /** Copies words out to `target`. */
  get(at: number, target: BigUint64Array): void {
    target.set(new BigUint64Array(this.#buffer, at, target.length));
  }

  /** Ends the memory: no region can be taken afterwards. What lies above all regions was never written, and is not touched: the system has set no pages aside for it. */
  wipe(): void {
    this.#wiped = true;
    this.bytes.fill(0, 0, this.#highest);
  }
}
