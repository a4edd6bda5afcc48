/**
 * Beaver triples without a dealer, for n parties
 *
 * Afterwards the parties hold additive shares of random a, b and c = a·b in Z_2^64 (`arithmetic`), XOR shares of random words a, b and
 * c = a ∧ b (`boolean`), and additive shares of random matrices A, vectors b and c = A·b (`matrices`).
 *
 * Paper       Beaver: Efficient multiparty protocols using circuit randomization. CRYPTO 1991; cross terms by oblivious transfer
 *             as in Gilboa (CRYPTO 1999) and in GMW, pair by pair.
 * Realises    the triples that `../sharing` and `../boolean` consume.
 * Security    semi-honest, static, n − 1 of n parties corrupted; 128 bits.
 * Assumptions those of `../ot`.
 * Cost        Per pair once: the set-up of the transfers (see `../ot`) in one direction, in both when there are matrices. Per pair and
 *             triple: two products, 1,032 bytes arithmetic by SoftSpoken (depth 4) and 548 by Ferret (b11), of which 520 are payload;
 *             528 and 44 bytes per boolean word. Per pair and matrix: A·y once each way. `dealingBytes` is the exact sum.
 *             3 messages in sequence for one batch, with Ferret 2 more per iteration; batches of 1,024 products run two at a time.
 * Notation    p         party        a_p, b_p its own uniform shares of a and b
 *             c_p       share        a_p·b_p + Σ over peers of the shares of a_p·b_q and of a_q·b_p
 *             s, r      leg          the sender and the receiver of the transfers of a pair
 * Deviations  1. One leg per pair serves both cross terms of elementwise triples: x = a_s ‖ b_s meets y = b_r ‖ a_r. A second set of
 *                base transfers would cost more than it saves, and each leg is as busy at either end. Who sends in the pair p < q alternates with
 *                p + q. Matrices need both legs, because one transfer serves a whole column only when the vector chooses.
 */
import { type KernelMemory, addInto, andInto, multiplyAddInto, stagingBytes, xorInto } from '#kernels';
import { type Mesh, type Randomness } from '../channel/index.js';
import { type BaseTransfers, expand, extensionMemoryBytes, ferretMemoryBytes, firstBatches, seedBytes } from '../ot/index.js';
import { type Batch, legsOf, runLeg } from './legs.js';
import { matrixMemoryBytes, receiveMatrix, sendMatrix } from './matrix/index.js';
import { type Correlations, type MatrixTriple, TriplePool, type Triples } from './pools.js';
import { bitProducts, gilboa, maxBatchProducts, type ProductKind, receiveProducts, sendProducts } from './products/index.js';
import { type Demand, legShapes, matrixShape, productShape, ranges } from './shapes.js';
import { type Source } from './source.js';

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
  /** Depth of the trees of OT extension. */
  readonly k: number;
  /** Called after each batch with each peer. */
  readonly onBatch?: (done: number, total: number) => void;
}

/** What the kernels take to make `demand` with so many other parties. */
export function dealingMemoryBytes(demand: Demand, { source, k, peers }: { readonly source: Source; readonly k: number; readonly peers: number }): number {
  const { primary, other } = legShapes(demand);
  const ferret = source.kind === 'ferret' ? ferretMemoryBytes(source.parameters) : { kept: 0, passing: 0 };
  const first = source.kind === 'ferret' && primary.length > 0 ? firstBatches(source.parameters) : [];
  const widest = Math.max(0, ...first, ...primary.map(({ transfers }) => transfers));
  const legs = peers * [primary, other].filter(({ length }) => length > 0).length;
  return stagingBytes + legs * ferret.kept + Math.max(ferret.passing, extensionMemoryBytes(k, widest) + 8 * widest)
    + (demand.matrixTriples.length > 0 ? matrixMemoryBytes : 0);
}

/** Makes all that `demand` asks for. Throws `ProtocolAbort`. */
export async function dealCorrelations(dealing: Dealing): Promise<Correlations> {
  const { mesh, demand, memory, randomness } = dealing;
  const arithmetic = randomTriples(randomness, demand.triples);
  const boolean = randomTriples(randomness, demand.andWords);
  const matrices = demand.matrixTriples.map(({ rows, columns }) => randomMatrix(randomness, rows, columns));

  // The own terms a_p·b_p.
  multiplyAddInto(memory, arithmetic.c, arithmetic.a, arithmetic.b);
  andInto(boolean.c, boolean.a, boolean.b);
  for (const { a, b, c } of matrices) a.forEach((column, j) => multiplyAddInto(memory, c, column, b.subarray(j, j + 1)));

  const progress = { done: 0, total: 0 };
  await mesh.withEachPeer(async (peer) => {
    await Promise.all(
      legsOf(mesh.self, peer.party, matrices.length > 0).map(async (leg) => {
        const batches = [
          ...(leg.primary ? [...productBatches(gilboa, arithmetic, memory, addInto), ...productBatches(bitProducts, boolean, memory, xorInto)] : []),
          ...matrices.flatMap((matrix) => matrixBatches(matrix, memory)),
        ];
        progress.total += batches.length;
        await runLeg({ ...dealing, self: mesh.self, peer, leg, batches, onBatch: () => dealing.onBatch?.(++progress.done, progress.total) });
      }),
    );
  });
  return { arithmetic: new TriplePool(arithmetic), boolean: new TriplePool(boolean), matrices };
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

function randomMatrix(randomness: Randomness, rows: number, columns: number): MatrixTriple {
  return {
    a: Array.from({ length: columns }, () => randomWords(randomness, rows)),
    b: randomWords(randomness, columns),
    c: new BigUint64Array(rows),
  };
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
      ...productShape(kind, to - from),
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

/** The sender's A meets the receiver's b. */
function matrixBatches({ a, b, c }: MatrixTriple, memory: KernelMemory): Batch[] {
  return ranges(a.length, maxBatchProducts).map(([from, to]): Batch => ({
    ...matrixShape(c.length, to - from),
    send: (transfers) => sendMatrix(transfers, memory, a.slice(from, to), c),
    receive: (transfers) => receiveMatrix(transfers, memory, b.subarray(from, to), c),
  }));
}
