import { hash } from 'node:crypto';
import { type Binding, counters, domain } from '../../channel/index.js';
import { blockBytes } from '../hash.js';
import { bitAt, maskOf } from '../select.js';
import { treeDepths, treesBytes } from './flow.js';

/** Seeds of a tree's leaves, 16 bytes each. */
export type Leaves = Uint8Array;

const protocol = 'softspoken/1';

/** Expands one node into its two children: 32 bytes. */
type Expand = (tree: number, level: number, node: number, seed: Uint8Array) => Uint8Array;

function expandIn(binding: Binding): Expand {
  const prefix = domain(protocol, 'node', binding);
  const input = new Uint8Array(prefix.length + 12 + blockBytes);
  input.set(prefix);
  return (tree, level, node, seed) => {
    input.set(counters(tree, level, node), prefix.length);
    input.set(seed, prefix.length + 12);
    return hash('sha256', input, 'buffer');
  };
}

const block = (blocks: Uint8Array, i: number): Uint8Array => blocks.subarray(i * blockBytes, (i + 1) * blockBytes);

/** target ⊕= source ∧ mask, on one block. */
function xorMasked(target: Uint8Array, source: Uint8Array, mask: number): void {
  for (let i = 0; i < blockBytes; i++) target[i]! ^= source[i]! & mask;
}

/** −1 when equal, else 0, for small non-negative numbers, without a branch. */
const equalMask = (left: number, right: number): number => ((left ^ right) - 1) >> 31;

/** All nodes of the next level, and the sums of the even and of the odd ones. */
function nextLevel(expand: Expand, tree: number, level: number, nodes: Uint8Array): { children: Uint8Array; sums: readonly [Uint8Array, Uint8Array] } {
  const children = new Uint8Array(2 * nodes.length);
  const sums = [new Uint8Array(blockBytes), new Uint8Array(blockBytes)] as const;
  for (let m = 0; m < nodes.length / blockBytes; m++) {
    const pair = expand(tree, level, m, block(nodes, m));
    children.set(pair, 2 * m * blockBytes);
    pair.fill(0);
    xorMasked(sums[0], block(children, 2 * m), -1);
    xorMasked(sums[1], block(children, 2 * m + 1), -1);
  }
  return { children, sums };
}

/** Step 1: the leaves of all trees above the given roots, and the message that gives the sender all but one of each. */
export function growTrees(binding: Binding, k: number, roots: Uint8Array, baseKeys: Uint8Array): { leaves: Leaves[]; message: Uint8Array } {
  const expand = expandIn(binding);
  const message = new Uint8Array(treesBytes);
  let firstRow = 0;
  const leaves = treeDepths(k).map((depth, tree) => {
    let nodes: Uint8Array = block(roots, tree).slice();
    for (let level = 0; level < depth; level++) {
      const row = firstRow + depth - 1 - level;
      const { children, sums } = nextLevel(expand, tree, level, nodes);
      for (const side of [0, 1] as const) {
        const masked = block(message, 2 * row + side);
        masked.set(block(baseKeys, 2 * row + side));
        xorMasked(masked, sums[1 - side]!, -1);
      }
      nodes.fill(0);
      nodes = children;
    }
    firstRow += depth;
    return nodes;
  });
  return { leaves, message };
}

/**
 * The sender's view: seed y of tree i is leaf y ⊕ δ_i, and seed 0 is all zeros because leaf δ_i stays unknown. Which node is
 * missing is secret, so every node is expanded and the missing one is filled in under a mask.
 */
export function punctureTrees(binding: Binding, k: number, delta: Uint8Array, baseKeys: Uint8Array, message: Uint8Array): Leaves[] {
  const expand = expandIn(binding);
  let firstRow = 0;
  return treeDepths(k).map((depth, tree) => {
    let nodes: Uint8Array = new Uint8Array(blockBytes);
    let missing = 0;
    for (let level = 0; level < depth; level++) {
      const row = firstRow + depth - 1 - level;
      const bit = bitAt(delta, row);
      const { children } = nextLevel(expand, tree, level, nodes);
      // Both children of the missing node are noise; the sum of the other side gives back its sibling.
      const sibling = 2 * missing + (1 - bit);
      const sum = block(baseKeys, row).slice();
      xorMasked(sum, block(message, 2 * row), ~maskOf(bit));
      xorMasked(sum, block(message, 2 * row + 1), maskOf(bit));
      for (let node = 0; node < 2 << level; node++) {
        const sameSide = equalMask(node & 1, 1 - bit);
        xorMasked(sum, block(children, node), sameSide & ~equalMask(node, sibling));
      }
      for (let node = 0; node < 2 << level; node++) {
        const child = block(children, node);
        xorMasked(child, child, equalMask(node >> 1, missing));
        xorMasked(child, sum, equalMask(node, sibling));
      }
      sum.fill(0);
      nodes.fill(0);
      nodes = children;
      missing = 2 * missing + bit;
    }
    renumber(nodes, depth, missing);
    firstRow += depth;
    return nodes;
  });
}

/** Swaps blocks so that block y comes from y ⊕ by. */
function renumber(blocks: Uint8Array, depth: number, by: number): void {
  for (let j = 0; j < depth; j++) {
    const mask = maskOf(by >> j);
    for (let y = 0; y < 1 << depth; y++) {
      if (y & (1 << j)) continue;
      const low = block(blocks, y);
      const high = block(blocks, y | (1 << j));
      for (let i = 0; i < blockBytes; i++) {
        const swap = (low[i]! ^ high[i]!) & mask;
        low[i]! ^= swap;
        high[i]! ^= swap;
      }
    }
  }
}
