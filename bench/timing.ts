/**
 * Does a kernel's time depend on its operands? Welch's t-test on two classes of measurements, one with fixed operands and one with random
 * ones, interleaved at random (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, DATE 2017). A |t| above 4.5 says that the
 * classes differ; below, that this many measurements on this machine show nothing. A control that does leak shows that it would be seen.
 */
import { randomBytes, randomFillSync } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type BenchRow } from './row.js';

const measurements = 100_000;
const batch = 1000;
const warmUpCalls = 20_000;
/** Slower ones are the operating system's doing: what of all measurements is kept. */
const keptShare = 0.9;

const nanosecondsPerMs = 1e6;
const count = 256;
const bytes = 8 * count;
const trees = 16;
const parents = 16;
const stride = 32 * parents;
const products = 32;
/** The largest: 64 pads for each product. */
const regionBytes = 8 * 64 * products;

type Regions = readonly [number, number, number];

interface Subject {
  readonly name: string;
  /** The operand that differs between the classes: fixed, or drawn afresh. */
  readonly fixed: Uint8Array;
  readonly draw: () => Uint8Array;
  /** Runs the kernel with the operand at `at`, and regions for what else it needs, which hold random bytes at first. */
  readonly run: (memory: KernelMemory, at: number, regions: Regions) => void;
}

const zeros = (length: number): Uint8Array => new Uint8Array(length);
/** Words below 2^61, so elements but with a probability of 2^-61 each. */
const elements = (): Uint8Array => randomBytes(2 * bytes).map((byte, i) => (i % 8 === 7 ? byte & 31 : byte));
const holes = (): Uint8Array => new Uint8Array(Uint32Array.from(randomBytes(trees), (byte) => byte % parents).buffer);

const subjects: readonly Subject[] = [
  {
    name: `multiplyWords, ${count} words`, fixed: zeros(2 * bytes), draw: () => randomBytes(2 * bytes),
    run: ({ kernels: k }, at, [target]) => k.multiplyWords(target, at, at + bytes, count),
  },
  {
    name: `fieldMultiply, ${count} elements`, fixed: zeros(2 * bytes), draw: elements,
    run: ({ kernels: k }, at, [target]) => k.fieldMultiply(target, at, at + bytes, count),
  },
  {
    name: `byteFieldMultiply, ${bytes} elements`, fixed: zeros(2 * bytes), draw: () => randomBytes(2 * bytes),
    run: ({ kernels: k }, at, [target]) => k.byteFieldMultiply(target, at, at + bytes, bytes),
  },
  {
    name: `wordsToPlanes, ${count} words`, fixed: zeros(bytes), draw: () => randomBytes(bytes),
    run: ({ kernels: k }, at, [target]) => k.wordsToPlanes(target, at, count),
  },
  {
    name: `treePuncture, holes of ${trees} trees`, fixed: zeros(4 * trees), draw: holes,
    run: ({ kernels: k }, at, [nodes, pairs]) => k.treePuncture(nodes, trees, stride, parents, at, pairs),
  },
  {
    name: `gilboaReceive, factors of ${products} products`, fixed: zeros(8 * products), draw: () => randomBytes(8 * products),
    run: ({ kernels: k }, at, [pads, corrections, shares]) => k.gilboaReceive(pads, 8 * products, 8, at, 8, corrections, shares, products),
  },
  {
    name: 'control that reads no operand: byteFieldMultiply', fixed: zeros(2 * bytes), draw: () => randomBytes(2 * bytes),
    run: ({ kernels: k }, _at, [target, left, right]) => k.byteFieldMultiply(target, left, right, bytes),
  },
  {
    name: 'control that leaks: byteFieldScale by a public factor', fixed: zeros(1), draw: () => randomBytes(1),
    run: ({ bytes: stored, kernels: k }, at, [target, source]) => k.byteFieldScale(target, source, stored[at], bytes),
  },
];

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { count: values.length, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** |t| of two samples that need not have one variance. */
function welch(a: Moments, b: Moments): number {
  return Math.abs(a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

/** Milliseconds of each measurement, by class: 0 with the fixed operand, 1 with random ones. */
function measure({ fixed, draw, run }: Subject): readonly [number[], number[]] {
  const size = fixed.length;
  const memory = new KernelMemory(5 * regionBytes);
  const at = memory.take(size);
  const regions: Regions = [memory.take(regionBytes), memory.take(regionBytes), memory.take(regionBytes)];
  randomFillSync(memory.bytes, at);
  memory.bytes.set(fixed, at);
  for (let call = 0; call < warmUpCalls; call++) run(memory, at, regions);
  const times: readonly [number[], number[]] = [[], []];
  const operands = new Uint8Array(batch * size);
  for (let done = 0; done < measurements; done += batch) {
    // Operands of both classes are made alike before anything is timed, so that they come from the same place.
    const classes = randomBytes(batch).map((byte) => byte & 1);
    classes.forEach((drawn, i) => {
      const random = draw();
      operands.set(drawn === 1 ? random : fixed, i * size);
    });
    for (let i = 0; i < batch; i++) {
      memory.bytes.set(operands.subarray(i * size, (i + 1) * size), at);
      const startedAt = performance.now();
      run(memory, at, regions);
      times[classes[i] as 0 | 1].push(performance.now() - startedAt);
    }
  }
  return times;
}

/** |t| of each kernel, and how far the means are apart; nothing is asserted. */
export function run(): Promise<readonly BenchRow[]> {
  return Promise.resolve(subjects.flatMap((subject) => {
    const times = measure(subject);
    const slowest = times.flat().sort((a, b) => a - b)[Math.floor(measurements * keptShare)];
    const [fixed, random] = times.map((values) => momentsOf(values.filter((value) => value <= slowest)));
    return [
      { name: `${subject.name}: fixed against random`, value: welch(fixed, random), unit: '|t|' },
      { name: `${subject.name}: difference of the means`, value: Math.abs(fixed.mean - random.mean) * nanosecondsPerMs, unit: 'ns' },
    ];
  }));
}
