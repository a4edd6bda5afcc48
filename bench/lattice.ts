/** Transforms beside Microsoft SEAL's, and triples and products of matrices by lattices between two processes on a session's sealed link over loopback. */
import SEAL from 'node-seal';
import { KernelMemory, addInto, multiplyAddInto, stagingBytes } from '#kernels';
import { systemRandomness } from '#mpc';
import { Ring, aheSets } from '../libs/mpc/src/ahe/index.js';
import { type Lane, Peer } from '../libs/mpc/src/channel/index.js';
import {
  Lattice, type LatticeParty, type MatrixShape, latticeMatrixMemoryBytes, latticeMatrixPlan, latticeTableBytes, productsMemoryBytes, receiveLatticeKeys, receiveLatticeMatrix,
  receiveLatticeProducts, sendLatticeKeys, sendLatticeMatrix, sendLatticeProducts,
} from '../libs/mpc/src/correlations/lattice/index.js';
import { expand, seedBytes } from '../libs/mpc/src/ot/index.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { atLeast, atMost, type BenchRow, median } from './row.js';

const triples = 1_048_576;
const warmUpTriples = 131_072;
/** Of which the median counts. */
const runs = 3;
const shapes: readonly MatrixShape[] = [{ rows: 784, inner: 128, columns: 128 }, { rows: 784, inner: 128, columns: 1 }, { rows: 128, inner: 784, columns: 128 }];

/** What a party plays. */
interface Task {
  readonly bench: 'one way' | 'both ways' | 'matrix';
  readonly shape?: MatrixShape;
}

interface Measured {
  readonly seconds: number;
  /** On the wire, in both directions. */
  readonly bytes: number;
}

const timed = (run: () => void, times: number): number => {
  for (let i = 0; i < times; i++) run();
  return median(Array.from({ length: 15 }, () => {
    const startedAt = performance.now();
    for (let i = 0; i < times; i++) run();
    return ((performance.now() - startedAt) * 1000) / times;
  }));
};

/** Microseconds for the transform, there and back, of a polynomial modulo 60 bits: two primes of 30. */
function ownTransforms(degree: number): [number, number] {
  const [first, second] = aheSets.slots[0].primes.slice(2) as [number, number];
  const memory = new KernelMemory(Ring.memoryBytes(degree, [first, second]) + 16 * degree);
  const ring = new Ring(memory, degree, [first, second]);
  const polys = [ring.zero(), ring.zero()] as const;
  new Uint32Array(memory.bytes.buffer, polys[0], 2 * degree).set(new Uint32Array(expand(systemRandomness.bytes(seedBytes), degree).buffer).map((word) => word % second));
  return [
    timed(() => (ring.forward(first, polys[0]), ring.forward(second, polys[1])), 500),
    timed(() => (ring.inverse(first, polys[0], 1n), ring.inverse(second, polys[1], 1n)), 500),
  ];
}

/** The same by SEAL: a ciphertext's polynomials modulo primes of 60 bits. */
async function sealTransforms(degree: number): Promise<[number, number]> {
  const seal = await SEAL();
  const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  parameters.setPolyModulusDegree(degree);
  parameters.setCoeffModulus(seal.CoeffModulus.Create(degree, Int32Array.of(60, 60, 60)));
  parameters.setPlainModulus(seal.PlainModulus.Batching(degree, 20));
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.none);
  const evaluator = new seal.Evaluator(context);
  const keys = new seal.KeyGenerator(context);
  const encryptor = new seal.Encryptor(context, keys.createPublicKey());
  const plain = new seal.Plaintext();
  new seal.BatchEncoder(context).encode(BigInt64Array.from({ length: degree }, (_, i) => BigInt(i)), plain);
  const cipher = new seal.Ciphertext();
  encryptor.encrypt(plain, cipher);
  const polys = cipher.size() * cipher.coeffModulusSize();
  const forward: number[] = [];
  const back: number[] = [];
  for (let i = 0; i < 300; i++) {
    const startedAt = performance.now();
    evaluator.cipherTransformToNttInplace(cipher);
    const turnedAt = performance.now();
    evaluator.cipherTransformFromNttInplace(cipher);
    if (i >= 100) {
      forward.push(((turnedAt - startedAt) * 1000) / polys);
      back.push(((performance.now() - turnedAt) * 1000) / polys);
    }
  }
  return [median(forward), median(back)];
}

const random = (count: number): BigUint64Array => expand(systemRandomness.bytes(seedBytes), count);

/** Keys for a direction: its owner, then its evaluator. */
const owner = async (party: LatticeParty): Promise<LatticeParty> => ({ ...party, own: await sendLatticeKeys(party) });
const evaluator = async (party: LatticeParty): Promise<LatticeParty> => ({ ...party, peers: await receiveLatticeKeys(party) });

/** Triples a, b, c of one end, of both local and cross terms; with half of the cross terms each way, or all from party 0 to party 1. Set-up included. */
async function makeTriples(self: 0 | 1, peer: Peer, lattice: Lattice, memory: KernelMemory, count: number, both: boolean): Promise<void> {
  const [a, b, c] = [random(count), random(count), new BigUint64Array(count)];
  multiplyAddInto(memory, c, a, b);
  const middle = both ? count / 2 : count;
  const run = async (lane: Lane, sends: boolean, from: number, to: number): Promise<void> => {
    if (from === to) return;
    const party = { lane, lattice, randomness: systemRandomness };
    const [x, y, z] = [a.subarray(from, to), b.subarray(from, to), c.subarray(from, to)];
    addInto(z, sends ? await sendLatticeProducts(await owner(party), [x, y]) : await receiveLatticeProducts(await evaluator(party), [y, x]));
  };
  await Promise.all([run(peer.lane(2), self === 0, 0, middle), run(peer.lane(3), self === 1, middle, count)]);
}

async function matrix(self: 0 | 1, peer: Peer, shape: MatrixShape): Promise<Measured> {
  const lattice = new Lattice(new KernelMemory(latticeMatrixMemoryBytes(shape)), 'matrix');
  const base = { lane: peer.lane(2), lattice, randomness: systemRandomness };
  const owns = (latticeMatrixPlan(shape)!.owner === 'sender') === (self === 0);
  const party = owns ? await owner(base) : await evaluator(base);
  const values = random(self === 0 ? shape.rows * shape.inner : shape.inner * shape.columns);
  const seconds: number[] = [];
  let bytes = 0;
  for (let run = 0; run < 6; run++) {
    const [startedAt, before] = [performance.now(), peer.bytesSent + peer.bytesReceived];
    await (self === 0 ? sendLatticeMatrix : receiveLatticeMatrix)(party, shape, values);
    if (run > 0) seconds.push((performance.now() - startedAt) / 1000);
    bytes = peer.bytesSent + peer.bytesReceived - before;
  }
  return { seconds: median(seconds), bytes };
}

async function play({ task: { bench, shape }, party, links }: Part<Task>): Promise<Measured[]> {
  const [self, peer] = [party as 0 | 1, new Peer(1 - party, links[1 - party]!)];
  if (bench === 'matrix') return [await matrix(self, peer, shape!)];
  const memory = new KernelMemory(latticeTableBytes('products') + productsMemoryBytes + stagingBytes);
  const lattice = new Lattice(memory, 'products');
  await makeTriples(self, peer, lattice, memory, warmUpTriples, bench === 'both ways');
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    const before = peer.bytesSent + peer.bytesReceived;
    const startedAt = performance.now();
    await makeTriples(self, peer, lattice, memory, triples, bench === 'both ways');
    measured.push({ seconds: (performance.now() - startedAt) / 1000, bytes: peer.bytesSent + peer.bytesReceived - before });
  }
  return measured;
}

/** The pair is as fast as its slower end. */
async function measuredBy(bench: Task['bench'], shape?: MatrixShape): Promise<Measured> {
  const ends = await runPartyProcesses<Task, Measured[]>(import.meta.url, { parties: 2 }, { bench, ...(shape && { shape }) });
  return { bytes: ends[0]!.value[0]!.bytes, seconds: Math.max(...ends.map(({ value }) => median(value.map(({ seconds }) => seconds)))) };
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const degree of [4096, 8192]) {
    const [own, peer] = [ownTransforms(degree), await sealTransforms(degree)];
    for (const [i, way] of ['transform', 'inverse transform'].entries()) {
      rows.push(atMost(peer[i]! / 2, { name: `${way} of ${degree} residues of 60 bits (2 of 30)`, value: own[i]!, unit: 'µs', peer: 'node-seal', ratio: peer[i]! / own[i]! }));
      rows.push({ name: `${way} of ${degree} residues of 60 bits, node-seal`, value: peer[i]!, unit: 'µs' });
    }
  }
  for (const bench of ['one way', 'both ways'] as const) {
    const { seconds, bytes } = await measuredBy(bench);
    rows.push(atLeast(800_000, { name: `64-bit triples, two processes, ${bench}, set-up included`, value: triples / seconds, unit: 'triples/s', peer: 'MP-SPDZ semi2k, documented: 88,000/s', ratio: triples / seconds / 88_000 }));
    rows.push(atMost(200, { name: `64-bit triples, ${bench}: sent for each`, value: bytes / triples, unit: 'bytes', peer: 'MP-SPDZ semi2k, documented: 1,560 bytes', ratio: (1_560 * triples) / bytes }));
  }
  for (const shape of shapes) {
    const { seconds, bytes } = await measuredBy('matrix', shape);
    const name = `product of ${shape.rows} x ${shape.inner} and ${shape.inner} x ${shape.columns} words, two processes`;
    rows.push({ name, value: seconds, unit: 's' });
    rows.push({ name: `${name}: sent`, value: bytes / 1e6, unit: 'MB' });
  }
  return rows;
}

await asParty(play);
