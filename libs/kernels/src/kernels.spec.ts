import { randomBytes } from 'node:crypto';
import { KernelMemory, type Kernels, addInto, multiplyAddInto, subtractFrom } from './index.js';

const capacity = 512 * 1024;

/** Fills two memories alike, runs `body` with the kernels on one and with the twins on the other: all bytes must agree afterwards. */
function expectTwins(body: (kernels: Kernels, bytes: Uint8Array) => void, edge: 'random' | 'zeros' | 'ones'): void {
  const wasm = new KernelMemory(capacity);
  const plain = new KernelMemory(capacity, 'plain');
  const fill = edge === 'random' ? randomBytes(capacity) : new Uint8Array(capacity).fill(edge === 'ones' ? 255 : 0);
  wasm.bytes.set(fill, 1024);
  plain.bytes.set(fill, 1024);
  body(wasm.kernels, wasm.bytes);
  body(plain.kernels, plain.bytes);
  expect(Buffer.compare(wasm.bytes.subarray(1024), plain.bytes.subarray(1024))).toBe(0);
}

const A = 1024;
const B = A + 128 * 1024;
const C = B + 128 * 1024;
const D = C + 64 * 1024;
const E = D + 64 * 1024;
const F = E + 64 * 1024;

describe.each(['random', 'zeros', 'ones'] as const)('on %s, a kernel leaves the memory of its twin', (edge) => {
  test.each([0, 1, 2, 7])('transpose, %i groups', (groups) => {
    expectTwins((k) => k.transpose(A, 16 * groups + 64, groups, C), edge);
  });

  test.each([2, 3, 4, 5, 8])('fold of 2^%i streams', (bits) => {
    for (const bytes of [0, 16, 48, 208]) {
      expectTwins((k, memory) => {
        k.fold(bits, A, bytes + 64, D, E, bytes + 64, bytes, F);
        memory.fill(0, F, F + 16 * 128);
      }, edge);
    }
  });

  test.each([0, 1, 3, 65])('xor of %i blocks', (blocks) => {
    expectTwins((k) => k.xorInto(A, B, 16 * blocks), edge);
    expectTwins((k) => k.xorMasked(A, B, 16 * blocks, 0), edge);
    expectTwins((k) => k.xorMasked(A, B, 16 * blocks, -1), edge);
    expectTwins((k) => k.xorBlock(A, B, C, blocks), edge);
    expectTwins((k) => k.hashWords(A, B, C, blocks), edge);
  });

  test.each([0, 1, 5, 64])('%i products', (count) => {
    expectTwins((k) => k.multiplyAdd(A, B, C, 8, count), edge);
    expectTwins((k) => k.multiplyAdd(A, B, C, 0, count), edge);
    expectTwins((k) => k.gilboaSend(A, B, 16, 1024, C, D, E, count), edge);
    expectTwins((k) => k.gilboaSend(A, B, 8 * count, 8, C, D, E, count), edge);
    expectTwins((k) => k.gilboaReceive(A, 16, 1024, C, 8, D, E, count), edge);
    expectTwins((k) => k.gilboaReceive(A, 8 * count, 8, C, 0, D, E, count), edge);
    expectTwins((k) => k.bitSend(A, B, C, D, E, count), edge);
    expectTwins((k) => k.bitReceive(A, C, D, E, count), edge);
  });

  test.each([[0, 1], [1, 1], [1, 2], [3, 4], [2, 16]])('%i trees of %i parents', (trees, parents) => {
    const stride = 32 * parents + 32;
    expectTwins((k) => k.treeInputs(A, trees, stride, parents, C), edge);
    expectTwins((k) => k.treeChildren(A, trees, stride, parents, C, D, 0), edge);
    expectTwins((k) => k.treeChildren(A, trees, stride, parents, C, D, 1), edge);
    expectTwins((k, memory) => {
      const holes = Int32Array.from({ length: trees }, (_, t) => (7 * t + 3) % parents);
      memory.set(new Uint8Array(holes.buffer), E);
      k.treePuncture(A, trees, stride, parents, E, C);
    }, edge);
  });

  test.each([0, 8, 24, 128])('%i encoded, counted or chosen blocks', (count) => {
    expectTwins((k) => k.encode(A, B, D, 0xfff, count), edge);
    expectTwins((k) => k.bucketSums(B, A, D, count), edge);
    expectTwins((k) => k.lowBits(D, A, count), edge);
    expectTwins((k) => k.setLowBits(A, D, count), edge);
    expectTwins((k) => k.xorWhere(A, D, E, count), edge);
  });
});

test('a correction that the sender writes gives the receiver the other share of the product', () => {
  const memory = new KernelMemory(capacity);
  const count = 9;
  const word = (at: number, i: number): bigint => new DataView(memory.bytes.buffer).getBigUint64(at + 8 * i, true);
  memory.bytes.set(randomBytes(capacity), 1024);
  memory.bytes.fill(0, E, E + 16 * count);
  memory.kernels.gilboaSend(A, B, 16, 1024, C, D, E, count);
  // y_p at C + 8·count; the receiver holds r0 or r1 as its bits say.
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < 64; i++) {
      const at = 16 * (64 * p + i);
      if ((word(C, count + p) >> BigInt(i)) & 1n) memory.bytes.copyWithin(A + at, B + at, B + at + 16);
    }
  }
  memory.kernels.gilboaReceive(A, 16, 1024, C + 8 * count, 8, D, E + 8 * count, count);
  for (let p = 0; p < count; p++) {
    expect(BigInt.asUintN(64, word(E, p) + word(E, count + p))).toBe(BigInt.asUintN(64, word(C, p) * word(C, count + p)));
  }
});

test.each([0, 1, 3, 8192, 8193])('vectors of %i words add, subtract and multiply as in Z_2^64', (length) => {
  const memory = new KernelMemory(256 * 1024);
  const vector = (): BigUint64Array => new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer);
  const edges = BigUint64Array.from({ length }, (_, i) => [0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n][i % 6]!);
  for (const [left, right] of [[vector(), vector()], [edges, vector()], [edges, edges.slice().reverse()], [edges, BigUint64Array.of(2n ** 64n - 1n)]] as const) {
    const at = (i: number): bigint => right[right.length === 1 ? 0 : i]!;
    const sum = left.slice();
    addInto(sum, right);
    expect(sum).toEqual(left.map((l, i) => BigInt.asUintN(64, l + at(i))));
    const difference = left.slice();
    subtractFrom(difference, right);
    expect(difference).toEqual(left.map((l, i) => BigInt.asUintN(64, l - at(i))));
    const product = left.slice();
    multiplyAddInto(memory, product, left, right);
    expect(product).toEqual(left.map((l, i) => BigInt.asUintN(64, l + l * at(i))));
  }
});

test('an encoded block is the sum of the ten that its row names, by indices of up to 18 bits', () => {
  const secretBlocks = 1 << 18;
  const memory = new KernelMemory(16 * secretBlocks + 65_536);
  const [secret, output, row] = [memory.take(16 * secretBlocks), memory.take(16), memory.take(24)];
  memory.bytes.set(randomBytes(16 * secretBlocks), secret);
  memory.bytes.fill(0, output, output + 16);
  const indices = [0, 1, 2 ** 18 - 1, 131_072, 77_777, 5, 200_000, 99, 262_000, 0b101011_000111_110101].map(BigInt);
  const last = indices[9]!;
  const words = [0, 1, 2].map((w) => indices.slice(3 * w, 3 * w + 3).reduce((word, index, i) => word | (index << BigInt(18 * i)), 0n) | (((last >> BigInt(6 * w)) & 63n) << 54n));
  memory.bytes.set(new Uint8Array(BigUint64Array.from(words).buffer), row);
  memory.kernels.encode(output, secret, row, secretBlocks - 1, 1);
  const expected = indices.reduce((sum, index) => sum.map((byte, i) => byte ^ memory.bytes[secret + 16 * Number(index) + i]!), new Uint8Array(16));
  expect(memory.bytes.slice(output, output + 16)).toEqual(expected);
});

test('what was written to regions that were given back is wiped too', () => {
  const memory = new KernelMemory(2 ** 20);
  memory.within(() => {
    memory.take(500_000);
    memory.put(new Uint8Array(100_001).fill(255));
  });
  memory.take(7);
  memory.wipe();
  expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
});

test('a wiped memory gives no region: its zeros would mask nothing', () => {
  const memory = new KernelMemory(4096);
  memory.bytes[memory.put(Uint8Array.of(7))] = 9;
  memory.wipe();
  expect(memory.bytes.subarray(1024).every((byte) => byte === 0)).toBe(true);
  expect(() => memory.take(1)).toThrow('was wiped');
});
