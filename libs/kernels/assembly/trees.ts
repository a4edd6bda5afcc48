// Half-trees (ePrint 2022/1431): a node x has the children H(x) and x + H(x), where H(x) = E(s(x)) + s(x). Trees lie `stride` apart. A
// level's left children replace their parents, its right children follow: nobody moves twice, both streams run forward.

// @ts-ignore: decorator
@inline function sigma(x: v128): v128 {
  return v128.xor(v128.shuffle<u64>(x, x, 1, 0), v128.and(x, i64x2(-1, 0)));
}

export function treeInputs(nodes: usize, trees: usize, stride: usize, parents: usize, inputs: usize): void {
  for (let t: usize = 0; t < trees; t++, nodes += stride) {
    for (let at = nodes, end = nodes + (parents << 4); at < end; at += 16, inputs += 16) v128.store(inputs, sigma(v128.load(at)));
  }
}

export function treeChildren(nodes: usize, trees: usize, stride: usize, parents: usize, encrypted: usize, sums: usize, lowBit: i32): void {
  const mask = i64x2.replace_lane(i64x2.splat(-1), 0, -2 | (<i64>lowBit & 1));
  const right = parents << 4;
  for (let t: usize = 0; t < trees; t++, nodes += stride, sums += 32) {
    let lefts = i64x2(0, 0), rights = i64x2(0, 0);
    for (let at = nodes, end = nodes + right; at < end; at += 16, encrypted += 16) {
      const x = v128.load(at);
      const h = v128.xor(v128.load(encrypted), sigma(x));
      const l = v128.and(h, mask), r = v128.and(v128.xor(x, h), mask);
      lefts = v128.xor(lefts, l);
      rights = v128.xor(rights, r);
      v128.store(at, l);
      v128.store(at + right, r);
    }
    v128.store(sums, lefts);
    v128.store(sums, rights, 16);
  }
}

// Every node is read and written whichever is the hole.
export function treePuncture(nodes: usize, trees: usize, stride: usize, parents: usize, holes: usize, pairs: usize): void {
  const right = parents << 4;
  for (let t: usize = 0; t < trees; t++, nodes += stride, holes += 4, pairs += 32) {
    const hole = i32x4.splat(load<i32>(holes));
    const l = v128.load(pairs), r = v128.load(pairs, 16);
    let index = i32x4.splat(0);
    for (let at = nodes, end = nodes + right; at < end; at += 16) {
      const here = i32x4.eq(index, hole);
      v128.store(at, v128.bitselect(l, v128.load(at), here));
      v128.store(at + right, v128.bitselect(r, v128.load(at + right), here));
      index = i32x4.add(index, i32x4.splat(1));
    }
  }
}
