import { type Kernels } from '../kernels.js';

type Trees = Pick<Kernels, 'treeInputs' | 'treeChildren' | 'treePuncture'>;

/** Levels of half-trees, a node at a time. */
export function plainTrees(memory: ArrayBuffer): Trees {
  const bytes = new Uint8Array(memory);
  const block = (at: number): Uint8Array => bytes.slice(at, at + 16);
  /** High half: x_high; low half: x_low ⊕ x_high, exchanged. */
  const sigma = (x: Uint8Array): Uint8Array => x.map((_, i) => (i < 8 ? x[i]! ^ x[i + 8]! : x[i - 8]!));
  const xor = (left: Uint8Array, right: Uint8Array): Uint8Array => left.map((byte, i) => byte ^ right[i]!);
  return {
    treeInputs(nodes, trees, stride, parents, inputs) {
      for (let t = 0; t < trees; t++) {
        for (let i = 0; i < parents; i++) bytes.set(sigma(block(nodes + t * stride + 16 * i)), inputs + 16 * (t * parents + i));
      }
    },

    treeChildren(nodes, trees, stride, parents, encrypted, sums, lowBit) {
      const masked = (x: Uint8Array): Uint8Array => x.map((byte, i) => (i === 0 ? byte & (254 | (lowBit & 1)) : byte));
      for (let t = 0; t < trees; t++) {
        let [lefts, rights]: Uint8Array[] = [new Uint8Array(16), new Uint8Array(16)];
        for (let i = 0; i < parents; i++) {
          const at = nodes + t * stride + 16 * i;
          const x = block(at);
          const left = xor(block(encrypted + 16 * (t * parents + i)), sigma(x));
          const children = [masked(left), masked(xor(x, left))] as const;
          bytes.set(children[0], at);
          bytes.set(children[1], at + 16 * parents);
          [lefts, rights] = [xor(lefts, children[0]), xor(rights, children[1])];
        }
        bytes.set(lefts, sums + 32 * t);
        bytes.set(rights, sums + 32 * t + 16);
      }
    },

    treePuncture(nodes, trees, stride, parents, holes, pairs) {
      const view = new DataView(memory);
      for (let t = 0; t < trees; t++) {
        const hole = view.getInt32(holes + 4 * t, true);
        if (hole < 0 || hole >= parents) continue;
        const at = nodes + t * stride + 16 * hole;
        bytes.set(block(pairs + 32 * t), at);
        bytes.set(block(pairs + 32 * t + 16), at + 16 * parents);
      }
    },
  };
}
