// x0*y0 + x0*y1 + x1*y0 with two products: x0*(y0 + y1) + x1*y0.

export function replicatedMultiply(target: usize, x0: usize, x1: usize, y0: usize, y1: usize, plus: usize, minus: usize, count: usize): void {
  for (let o: usize = 0, end = count << 3; o < end; o += 8) {
    const y = load<u64>(y0 + o);
    const product = load<u64>(x0 + o) * (y + load<u64>(y1 + o)) + load<u64>(x1 + o) * y;
    store<u64>(target + o, product + load<u64>(plus + o) - load<u64>(minus + o));
  }
}

export function replicatedAnd(target: usize, x0: usize, x1: usize, y0: usize, y1: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) {
    const y = v128.load(y0 + o);
    const near = v128.and(v128.load(x0 + o), v128.xor(y, v128.load(y1 + o)));
    v128.store(target + o, v128.xor(near, v128.and(v128.load(x1 + o), y)));
  }
}
