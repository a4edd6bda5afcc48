/**
 * Beaver triples without a dealer, for n parties
 *
 * Afterwards the parties hold additive shares of random a, b and c = a·b in Z_2^64 (`arithmetic`), XOR shares of random words a, b and
 * c = a ∧ b (`boolean`), additive shares of random matrices A, B and C = A·B (`matrices`), and random bits shared both ways (`daBits`, see `./da-bits`).
 *
 * Paper       Beaver: Efficient multiparty protocols using circuit randomization. CRYPTO 1991; cross terms by oblivious transfer
 *             as in Gilboa (CRYPTO 1999) and in GMW, pair by pair.
 * Realises    the correlations that `../sharing/additive` takes up, words and bits alike.
 * Security    semi-honest, static, n − 1 of n parties corrupted; 128 bits.
 * Assumptions those of `../ot`.
 * Cost        Per pair once: the set-up of the transfers (see `../ot`) in one direction, in both when there are matrices. Per pair and
 *             triple: two products, 1,032 bytes arithmetic by SoftSpoken (depth 4) and 548 by Ferret (b11), of which 520 are payload;
 *             528 and 44 bytes per boolean word. Per pair and matrix: A·y each way for every column y of B. Per random bit: a transfer and 8
 *             bytes. `dealingBytes` is the exact sum.
 *             3 messages in sequence for one batch, with Ferret 2 more per iteration; batches of 1,024 products run four at a time.
 * Notation    p         party        a_p, b_p its own uniform shares of a and b
 *             c_p       share        a_p·b_p + Σ over peers of the shares of a_p·b_q and of a_q·b_p
 *             s, r      leg          the sender and the receiver of the transfers of a pair
 * Deviations  1. One leg per pair serves both cross terms of elementwise triples: x = a_s ‖ b_s meets y = b_r ‖ a_r. A second set of
 *                base transfers would cost more than it saves, and each leg is as busy at either end. In the pair
 *                p < q it is p who sends. Matrices need both legs, because one transfer serves a whole column only when the vector chooses.
 *
 *     every party p:      a_p, b_p ← uniform;   c_p = a_p·b_p
 *     every pair s, r, on one leg, in batches:
 *        s                                                           r
 *        x = a_s ‖ b_s                                               y = b_r ‖ a_r
 *                    u + v = x·y, element by element       (`products`)
 *        c_s += u of either half                                     c_r += v of either half
 *     for each matrix, on either leg:
 *        A_s                                                         every column y of B_r
 *                    u + v = A_s·y                         (`matrix`)
 *     random bits: party after party                       (`da-bits`)
 *
 *     Σ c_p = Σ a_p·b_p + Σ over pairs of a_s·b_r + b_s·a_r = a·b. What lattices send less for is made by `lattice` in place of the legs.
 */
import { type KernelMemory, addInto, andInto, multiplyAddInto, stagingBytes, xorInto } from '#kernels';
import {
  type Demand, type Lattices, type MatrixShape, type Source, byTransfers, legShapes, matrixShape, maxBatchProducts, noLattices, productShape, ranges,
} from '#program/plans';
import { type Mesh, type Randomness } from '../channel/index.js';
import { type BaseTransfers, expand, extensionMemoryBytes, ferretMemoryBytes, firstBatches, maxBatchTransfers, seedBytes } from '../ot/index.js';
import { type Batch, legsOf, runLeg } from './legs.js';
import { matrixMemoryBytes, receiveMatrix, sendMatrix } from './matrix/index.js';
import { bitWordMemoryBytes } from './bit-words/index.js';
import { DaBitDealing } from './da-bits.js';
import { Correlations, DaBitPool, type MatrixTriple, TriplePool, type Triples } from './pools.js';
import { bitProducts, gilboa, type ProductKind, receiveProducts, sendProducts } from './products/index.js';
import { dealLatticeMatrices, dealLatticeTriples } from './lattice/index.js';

type Accumulate = (target: BigUint64Array, addend: BigUint64Array) => void;

export interface Dealing {
  readonly mesh: Mesh;
  readonly sessionId: Uint8Array;
  readonly demand: Demand;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
  /** At least `dealingMemoryBytes`. */
  readonly memory: KernelMemory;
  readonly source: Source;
  /** What is made by lattices in place of transfers. Default: nothing. */
  readonly lattices?: Lattices;
  /** Depth of the trees of OT extension. */
  readonly k: number;
  /** Called after each batch with each peer. */
  readonly onBatch?: (done: number, total: number) => void;
}

/** What the kernels take to make `demand` by transfers with so many other parties; lattices take memory of their own. */
export function dealingMemoryBytes(
  all: Demand, { source, lattices = noLattices, k, peers }: { readonly source: Source; readonly lattices?: Lattices; readonly k: number; readonly peers: number },
): number {
  const demand = byTransfers(all, lattices);
  const { primary, other } = legShapes(demand);
  const ferret = source.kind === 'ferret' ? ferretMemoryBytes(source.parameters) : { kept: 0, passing: 0 };
  const first = source.kind === 'ferret' && primary.length > 0 ? firstBatches(source.parameters) : [];
  const widest = Math.max(0, ...first, ...primary.map(({ transfers }) => transfers));
  const legs = peers * [primary, other].filter(({ length }) => length > 0).length;
  return stagingBytes + legs * ferret.kept + Math.max(ferret.passing, extensionMemoryBytes(k, widest) + 8 * widest)
    + (demand.matrixTriples.length > 0 ? matrixMemoryBytes : 0) + bitWordMemoryBytes(Math.min(demand.daBits, maxBatchTransfers));
}

/** Makes all that `demand` asks for. Throws `ProtocolAbort`. */
export async function dealCorrelations(dealing: Dealing): Promise<Correlations> {
  const { mesh, memory, randomness, lattices = noLattices } = dealing;
  const demand = byTransfers(dealing.demand, lattices);
  const arithmetic = randomTriples(randomness, dealing.demand.triples);
  const boolean = randomTriples(randomness, demand.andWords);
  const matrices = demand.matrixTriples.map((shape) => randomMatrix(randomness, shape));
  const daBits = new DaBitDealing(mesh.self, mesh.parties, demand.daBits, randomness);

  // The own terms a_p·b_p.
  multiplyAddInto(memory, arithmetic.c, arithmetic.a, arithmetic.b);
  andInto(boolean.c, boolean.a, boolean.b);
  for (const { a, b, c } of matrices) b.forEach((column, k) => a.forEach((each, j) => multiplyAddInto(memory, c[k]!, each, column.subarray(j, j + 1))));

  const progress = { done: 0, total: 0 };
  const byLattices = Promise.all([
    lattices.triples && dealing.demand.triples > 0
      ? dealLatticeTriples({ mesh, randomness }, arithmetic, (peer) => legsOf(mesh.self, peer, false)[0]!.role === 'sender')
      : undefined,
    lattices.matrices && dealing.demand.matrixTriples.length > 0
      ? dealLatticeMatrices({ mesh, randomness }, dealing.demand.matrixTriples, (count) => randomWords(randomness, count))
      : [],
  ]);
  let latticeMatrices: (MatrixTriple & MatrixShape)[] = [];
  await mesh.withEachPeer(async (peer) => {
    await Promise.all([
      // Lattices run beside the transfers, on lanes of their own; whoever fails ends all.
      byLattices.then(([, made]) => void (latticeMatrices = made)),
      ...legsOf(mesh.self, peer.party, matrices.length > 0).map(async (leg) => {
        const batches = [
          ...(leg.primary
            ? [...(lattices.triples ? [] : productBatches(gilboa, arithmetic, memory, addInto)), ...productBatches(bitProducts, boolean, memory, xorInto), ...daBits.batchesWith(peer.party, memory)]
            : []),
          ...matrices.flatMap((matrix) => matrixBatches(matrix, memory)),
        ];
        progress.total += batches.length;
        await runLeg({ ...dealing, self: mesh.self, peer, leg, batches, onBatch: () => dealing.onBatch?.(++progress.done, progress.total) });
      }),
    ]).catch((error: unknown) => {
      daBits.fail(error);
      throw error;
    });
  });
  return new Correlations(
    new TriplePool(arithmetic), new TriplePool(boolean), new DaBitPool(daBits.bits),
    lattices.matrices ? latticeMatrices : matrices.map((matrix, i) => ({ ...demand.matrixTriples[i]!, ...byRow(matrix) })),
  );
}

function randomWords(randomness: Randomness, words: number): BigUint64Array {
  const seed = randomness.bytes(seedBytes);
  const expanded = expand(seed, words);
  seed.fill(0);
  return expanded;
}

/** Own random a and b; c is still zero. */
function randomTriples(randomness: Randomness, count: number): Triples {
  return { a: randomWords(randomness, count), b: randomWords(randomness, count), c: new BigUint64Array(count) };
}

/** A matrix triple column by column, while it is made. */
interface Columns {
  /** `inner` columns of `rows` words. */
  readonly a: readonly BigUint64Array[];
  /** `columns` columns of `inner` words. */
  readonly b: readonly BigUint64Array[];
  /** `columns` columns of `rows` words. */
  readonly c: readonly BigUint64Array[];
}

function randomMatrix(randomness: Randomness, { rows, inner, columns }: MatrixShape): Columns {
  return {
    a: Array.from({ length: inner }, () => randomWords(randomness, rows)),
    b: Array.from({ length: columns }, () => randomWords(randomness, inner)),
    c: Array.from({ length: columns }, () => new BigUint64Array(rows)),
  };
}

/** Row-major; wipes the columns. */
function byRow({ a, b, c }: Columns): MatrixTriple {
  const joined = (columns: readonly BigUint64Array[]): BigUint64Array => {
    const height = columns[0]?.length ?? 0;
    const matrix = new BigUint64Array(columns.length * height);
    const [to, width] = [new Uint32Array(matrix.buffer), 2 * columns.length];
    columns.forEach((column, k) => {
      const from = new Uint32Array(column.buffer, column.byteOffset, 2 * height);
      for (let i = 0, at = 2 * k; i < from.length; i += 2, at += width) {
        to[at] = from[i]!;
        to[at + 1] = from[i + 1]!;
      }
      column.fill(0n);
    });
    return matrix;
  };
  return { a: joined(a), b: joined(b), c: joined(c) };
}

/** Both cross terms of elementwise triples as one vector: the sender's a ‖ b meets the receiver's b ‖ a. */
function productBatches(kind: ProductKind, { a, b, c }: Triples, memory: KernelMemory, accumulate: Accumulate): Batch[] {
  const count = c.length;
  return ranges(2 * count, maxBatchProducts).map(([from, to]): Batch => {
    // How much of [from, to) lies in the first half.
    const cut = Math.max(0, Math.min(count, to) - from);
    const firstPart = (vector: BigUint64Array): BigUint64Array => vector.subarray(from, from + cut);
    const secondPart = (vector: BigUint64Array): BigUint64Array => vector.subarray(from + cut - count, to - count);
    const factors = (first: BigUint64Array, second: BigUint64Array): BigUint64Array => {
      const piece = new BigUint64Array(to - from);
      piece.set(firstPart(first));
      piece.set(secondPart(second), cut);
      return piece;
    };
    const addTo = (share: BigUint64Array, used: BigUint64Array): void => {
      accumulate(firstPart(c), share.subarray(0, cut));
      accumulate(secondPart(c), share.subarray(cut));
      for (const secret of [share, used]) secret.fill(0n);
    };
    return {
      ...productShape(to - from, kind.payloadBytes),
      async send(transfers) {
        const x = factors(a, b);
        addTo(await sendProducts(kind, transfers, memory, x), x);
      },
      async receive(transfers) {
        const y = factors(b, a);
        addTo(await receiveProducts(kind, transfers, memory, y), y);
      },
    };
  });
}

/** The sender's A meets each column of the receiver's B. */
function matrixBatches({ a, b, c }: Columns, memory: KernelMemory): Batch[] {
  return b.flatMap((column, k) => ranges(a.length, maxBatchProducts).map(([from, to]): Batch => ({
    ...matrixShape(c[k]!.length, to - from),
    send: (transfers) => sendMatrix(transfers, memory, a.slice(from, to), c[k]!),
    receive: (transfers) => receiveMatrix(transfers, memory, column.subarray(from, to), c[k]!),
  })));
}
