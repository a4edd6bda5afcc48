// Trains the network of this folder in the clear, and writes it as ONNX with the scans that it is to read: node examples/digits/train.ts digits.csv.gz
// The source is the digits data of scikit-learn (see NOTICE). The same source gives the same bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { importOnnx, runNetwork, writeOnnx } from '#program';

const side = 8;
const darkest = 16;
const labels = 10;
/** 3 × 3 filters, of whose results each four neighbours are averaged. */
const [maps, kernel, pool] = [6, 3, 2];
const inner = side - kernel + 1;
const pooled = inner / pool;
const features = maps * pooled * pooled;
const [trainingRows, scans] = [1500, 100];
const [epochs, batch, rate] = [60, 20, 0.01];

interface Scan {
  /** From 0 to 1, row by row. */
  readonly pixels: readonly number[];
  readonly label: number;
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
function coins(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const toss = coins(7);
const parameters = (count: number, reach: number): Float64Array => Float64Array.from({ length: count }, () => (2 * toss() - 1) * reach);

/** A group of parameters with what Adam (Kingma, Ba, ICLR 2015) keeps of each. */
class Parameters {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(values: Float64Array) {
    this.values = values;
    [this.gradient, this.#first, this.#second] = [new Float64Array(values.length), new Float64Array(values.length), new Float64Array(values.length)];
  }

  step(count: number): void {
    this.#steps += 1;
    for (let i = 0; i < this.values.length; i++) {
      const slope = this.gradient[i]! / count + 1e-4 * this.values[i]!;
      this.#first[i] = 0.9 * this.#first[i]! + 0.1 * slope;
      this.#second[i] = 0.999 * this.#second[i]! + 0.001 * slope * slope;
      this.values[i]! -= (rate * (this.#first[i]! / (1 - 0.9 ** this.#steps))) / (Math.sqrt(this.#second[i]! / (1 - 0.999 ** this.#steps)) + 1e-8);
    }
    this.gradient.fill(0);
  }
}

const filters = new Parameters(parameters(maps * kernel * kernel, 0.4));
const filterBias = new Parameters(new Float64Array(maps));
const dense = new Parameters(parameters(features * labels, 0.3));
const denseBias = new Parameters(new Float64Array(labels));
const groups = [filters, filterBias, dense, denseBias];

const featureOf = (map: number, row: number, column: number): number => (map * pooled + Math.floor(row / pool)) * pooled + Math.floor(column / pool);

/** Adds the slopes of the cross entropy of one scan to the gradients. */
function learn({ pixels, label }: Scan): void {
  const raised = new Float64Array(maps * inner * inner);
  const means = new Float64Array(features);
  const places = (use: (at: number, feature: number, map: number, row: number, column: number) => void): void => {
    for (let map = 0; map < maps; map++) for (let row = 0; row < inner; row++) for (let column = 0; column < inner; column++) use((map * inner + row) * inner + column, featureOf(map, row, column), map, row, column);
  };
  places((at, feature, map, row, column) => {
    let sum = filterBias.values[map]!;
    for (let y = 0; y < kernel; y++) for (let x = 0; x < kernel; x++) sum += filters.values[(map * kernel + y) * kernel + x]! * pixels[(row + y) * side + column + x]!;
    raised[at] = sum;
    means[feature]! += Math.max(0, sum) / (pool * pool);
  });
  const scores = Float64Array.from(denseBias.values, (bias, digit) => means.reduce((sum, mean, i) => sum + mean * dense.values[i * labels + digit]!, bias));
  const most = scores.reduce((a, b) => Math.max(a, b));
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((a, b) => a + b);
  const slopes = powers.map((power, digit) => power / total - (digit === label ? 1 : 0));
  const back = Float64Array.from(means, (_, i) => slopes.reduce((sum, slope, digit) => sum + slope * dense.values[i * labels + digit]!, 0));
  slopes.forEach((slope, digit) => {
    denseBias.gradient[digit]! += slope;
    means.forEach((mean, i) => { dense.gradient[i * labels + digit]! += slope * mean; });
  });
  places((at, feature, map, row, column) => {
    if (raised[at]! <= 0) return;
    const slope = back[feature]! / (pool * pool);
    filterBias.gradient[map]! += slope;
    for (let y = 0; y < kernel; y++) for (let x = 0; x < kernel; x++) filters.gradient[(map * kernel + y) * kernel + x]! += slope * pixels[(row + y) * side + column + x]!;
  });
}

function train(all: readonly Scan[]): void {
  const order = all.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(toss() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (let from = 0; from < order.length; from += batch) {
      const some = order.slice(from, from + batch);
      for (const i of some) learn(all[i]!);
      for (const group of groups) group.step(some.length);
    }
  }
}

/** Takes pixels as they are in the data, from 0 to 16: the filters are scaled instead. */
function asOnnx(): Uint8Array {
  return writeOnnx({
    name: 'digits', inputs: [{ name: 'scan', shape: ['rows', 1, side, side] }], outputs: [{ name: 'scores', shape: ['rows', labels] }],
    weights: [
      { name: 'filters', shape: [maps, 1, kernel, kernel], elements: filters.values.map((x) => x / darkest) }, { name: 'filter_bias', shape: [maps], elements: filterBias.values },
      { name: 'dense', shape: [features, labels], elements: dense.values }, { name: 'dense_bias', shape: [labels], elements: denseBias.values },
    ],
    nodes: [
      { op: 'Conv', name: 'filter', inputs: ['scan', 'filters', 'filter_bias'], outputs: ['filtered'], attributes: { kernel_shape: [kernel, kernel] } },
      { op: 'Relu', name: 'raise', inputs: ['filtered'], outputs: ['raised'] },
      { op: 'AveragePool', name: 'pool', inputs: ['raised'], outputs: ['pooled'], attributes: { kernel_shape: [pool, pool], strides: [pool, pool] } },
      { op: 'Flatten', name: 'flatten', inputs: ['pooled'], outputs: ['features'] },
      { op: 'Gemm', name: 'classify', inputs: ['features', 'dense', 'dense_bias'], outputs: ['scores'] },
    ],
  });
}

/** What the file reads in scans, in doubles. */
function readBy(file: Uint8Array, some: readonly Scan[]): number[] {
  const { network, weights } = importOnnx(file);
  const elements = Float64Array.from(some.flatMap(({ pixels }) => pixels.map((x) => x * darkest)));
  const scores = [...runNetwork(network, weights, new Map([['x0', { shape: [some.length, 1, side, side], elements }]])).values()][0]!.elements;
  return some.map((_, i) => [...scores.slice(labels * i, labels * (i + 1))]).map((own) => own.indexOf(Math.max(...own)));
}

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node examples/digits/train.ts digits.csv.gz');
  process.exit(3);
}
const target = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const all = gunzipSync(readFileSync(source)).toString('utf8').trim().split(/\r?\n/).map((line): Scan => {
  const cells = line.split(',').map(Number);
  return { pixels: cells.slice(0, -1).map((x) => x / darkest), label: cells.at(-1)! };
});
train(all.slice(0, trainingRows));
const file = asOnnx();
const rightly = (some: readonly Scan[]): string => {
  const read = readBy(file, some);
  return `${some.filter(({ label }, i) => label === read[i]).length} of ${some.length}`;
};
console.log(`read rightly: ${rightly(all.slice(0, trainingRows))} that it learned from, ${rightly(all.slice(trainingRows))} others`);

const chosen = all.slice(trainingRows, trainingRows + scans);
writeFileSync(target('network.onnx'), file);
writeFileSync(target('data/scans.csv'), [Array.from({ length: side * side }, (_, i) => `p${i}`), ...chosen.map(({ pixels }) => pixels.map((x) => x * darkest))].map((cells) => `${cells.join(',')}\n`).join(''));
writeFileSync(target('plaintext.json'), `${JSON.stringify({ digits: { labels: readBy(file, chosen) }, written: chosen.map(({ label }) => label) })}\n`);
