import { type Cipheriv, createCipheriv } from 'node:crypto';
import { type KernelMemory } from '#kernels';
import { blockBytes } from '../hash.js';
import { maskOf } from '../select.js';
import { type FerretParameters } from '#program/plans';

/** Leaves that are made side by side: few enough for the cache, enough for long runs of AES. */
const groupLeaves = 1 << 14;
/** Larger outputs of a cipher are mapped and trimmed by the allocator at every call. */
const cipherBytes = 64 * 1024;
const words = 4;

/** Trees [from, to) of an iteration. */
export type TreeRange = readonly [number, number];

/** Where one group of trees lies while it grows, as offsets into the memory. */
interface Group {
  readonly first: number;
  readonly trees: number;
  readonly nodes: number;
  readonly inputs: number;
  readonly encrypted: number;
  readonly sums: number;
}

/** All trees of an iteration: their nodes lie where the leaves end up. */
export class Forest {
  readonly #cipher: Cipheriv;
  readonly #words: Uint32Array;
  readonly #leaves: number;

  /** `nodes` is a region of trees · 2^depth blocks, `pads` one of trees · depth blocks: the base transfers of all levels. */
  constructor(readonly memory: KernelMemory, readonly parameters: FerretParameters, readonly nodes: number, readonly pads: number, key: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.#words = new Uint32Array(memory.bytes.buffer);
    this.#leaves = 1 << parameters.depth;
  }

  /** Step 1 for some trees: the leaves w, and the message. Roots are 16 bytes for each tree of the iteration. */
  grow([from, to]: TreeRange, roots: Uint8Array, delta: Uint8Array): Uint8Array {
    const { depth } = this.parameters;
    const memory = this.#words;
    const rootWords = wordsOf(roots);
    const deltaWords = wordsOf(delta);
    const message = new Uint32Array(words * (to - from) * depth);
    this.#inGroups([from, to], (group) => {
      for (let i = 0; i < group.trees; i++) {
        const tree = group.first + i;
        const at = (group.nodes >> 2) + i * this.#leaves * words;
        for (let w = 0; w < words; w++) {
          const root = rootWords[words * tree + w]!;
          memory[at + w] = root;
          memory[at + words + w] = root ^ deltaWords[w]!;
          message[words * (tree - from) * depth + w] = root ^ memory[this.#pad(tree, 1) + w]!;
        }
      }
      for (let level = 2; level <= depth; level++) {
        this.#expand(group, level);
        for (let i = 0; i < group.trees; i++) {
          const [tree, sum] = [group.first + i, (group.sums >> 2) + 2 * words * i];
          for (let w = 0; w < words; w++) message[words * ((tree - from) * depth + level - 1) + w] = memory[sum + w]! ^ memory[this.#pad(tree, level) + w]!;
        }
      }
    });
    return new Uint8Array(message.buffer);
  }

  /** Step 2 for some trees: the leaves v. */
  puncture([from, to]: TreeRange, message: Uint8Array): void {
    const { depth } = this.parameters;
    const memory = this.#words;
    const corrections = wordsOf(message);
    // H(0): what the children of the hole's zero are on either side.
    const noise = wordsOf(this.#cipher.update(new Uint8Array(blockBytes)));
    this.#inGroups([from, to], (group) => {
      const holes = this.memory.take(4 * group.trees);
      const pairs = this.memory.take(2 * blockBytes * group.trees);
      const known = new Uint32Array(words * group.trees);
      memory.fill(0, holes >> 2, (holes >> 2) + group.trees);
      for (let level = 1; level <= depth; level++) {
        const parents = 1 << (level - 1);
        if (level > 1) this.#expand(group, level);
        for (let i = 0; i < group.trees; i++) {
          const tree = group.first + i;
          const pad = this.#pad(tree, level);
          const [sum, pair] = [(group.sums >> 2) + 2 * words * i, (pairs >> 2) + 2 * words * i];
          // 0 where the path goes left, −1 where it goes right: the inverted choice.
          const goesRight = ~maskOf(memory[pad]!);
          for (let w = 0; w < words; w++) {
            const leafMask = level === depth && w === 0 ? ~1 : ~0;
            const offPath = (memory[sum + w]! & goesRight) ^ (memory[sum + words + w]! & ~goesRight) ^ noise[w]!;
            const sibling = ((level > 1 ? offPath : 0) ^ corrections[words * ((tree - from) * depth + level - 1) + w]! ^ memory[pad + w]!) & leafMask;
            known[words * i + w]! ^= sibling;
            const hole = level < depth ? 0 : (known[words * i + w]! & leafMask) | (~leafMask & 1);
            memory[pair + w] = (sibling & goesRight) | (hole & ~goesRight);
            memory[pair + words + w] = (sibling & ~goesRight) | (hole & goesRight);
          }
        }
        this.memory.kernels.treePuncture(group.nodes, group.trees, this.#leaves * blockBytes, parents, holes, pairs);
        for (let i = 0; i < group.trees; i++) memory[(holes >> 2) + i]! += parents & ~maskOf(memory[this.#pad(group.first + i, level)]!);
      }
      known.fill(0);
    });
  }

  /** Index of the first word of a level's base transfer. */
  #pad(tree: number, level: number): number {
    return (this.pads >> 2) + words * (tree * this.parameters.depth + level - 1);
  }

  #inGroups([from, to]: TreeRange, run: (group: Group) => void): void {
    const each = Math.max(1, groupLeaves / this.#leaves);
    this.memory.within(() => {
      const half = (each * this.#leaves * blockBytes) / 2;
      const [inputs, encrypted, sums] = [half, half, 2 * blockBytes * each].map((bytes) => this.memory.take(bytes)) as [number, number, number];
      for (let first = from; first < to; first += each) {
        const trees = Math.min(each, to - first);
        this.memory.within(() => run({ first, trees, nodes: this.nodes + first * this.#leaves * blockBytes, inputs, encrypted, sums }));
      }
    });
  }

  /** From level − 1 to `level`, in all trees of a group. */
  #expand({ trees, nodes, inputs, encrypted, sums }: Group, level: number): void {
    const { kernels, bytes } = this.memory;
    const parents = 1 << (level - 1);
    const stride = this.#leaves * blockBytes;
    kernels.treeInputs(nodes, trees, stride, parents, inputs);
    const length = trees * parents * blockBytes;
    for (let at = 0; at < length; at += cipherBytes) {
      const piece = this.#cipher.update(bytes.subarray(inputs + at, inputs + Math.min(at + cipherBytes, length)));
      bytes.set(piece, encrypted + at);
      // Freed here: the garbage collector comes too late for gigabytes of small buffers.
      piece.buffer.transfer(0);
    }
    kernels.treeChildren(nodes, trees, stride, parents, encrypted, sums, level === this.parameters.depth ? 0 : 1);
  }
}

/** Little-endian words; a copy, as the bytes may lie anywhere. */
const wordsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);

/** The kernels' memory that a forest takes while it grows. */
export const forestMemoryBytes = ({ depth }: FerretParameters): number => 2 * blockBytes * Math.max(groupLeaves, 1 << depth);
