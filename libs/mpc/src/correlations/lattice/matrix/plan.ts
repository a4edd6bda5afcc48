import { type Needed, aheSets, answerBytes, answerDistance, ciphertextBytes, failureProbability } from '../../../ahe/index.js';
import { wireBytes } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { ranges } from '../../shapes.js';
import { latticeTableBytes } from '../lattice.js';

/** X has `rows` rows and `inner` columns, Y `inner` rows and `columns` columns. */
export interface MatrixShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** How a product is cut. */
export interface MatrixPlan {
  /** Who encrypts, and so needs a key of its own that the other has. */
  readonly owner: 'sender' | 'receiver';
  /** Of the owner's point of view: A has `rows` rows, B `columns` columns. */
  readonly shape: MatrixShape;
  /** m_w, k_w, n_w. */
  readonly window: MatrixShape;
  /** Both directions, whole frames. */
  readonly bytes: number;
}

const parameters = aheSets.words;
const { degree } = parameters;

/** Ciphertexts of one window of columns, which the evaluator keeps at a time. */
const maxKept = 256;
/** A transform is begun with runs of at least so many residues. */
const leastRun = 4;
/** Statistical security of one answer. */
const statisticalBits = 40;

export const queryBytes = seedBytes + ciphertextBytes(parameters);

/** The coefficients of an answer to a window of so many rows and columns. */
export const neededOf = ({ inner, columns }: MatrixShape, rows: number, ofColumns: number): Needed => (
  { start: inner - 1, step: inner, count: (rows - 1) * columns + ofColumns });

export const matrixAnswerBytes = (window: MatrixShape, rows: number, ofColumns: number): number => answerBytes(parameters, neededOf(window, rows, ofColumns).count);

function bytesOf(shape: MatrixShape, window: MatrixShape): number {
  const queries = ranges(shape.inner, window.inner).length * ranges(shape.columns, window.columns).length * wireBytes(queryBytes);
  const lengths = (whole: number, part: number): [number, number][] => [[Math.floor(whole / part), part], [1, whole % part]];
  let answers = 0;
  for (const [rowWindows, rows] of lengths(shape.rows, window.rows)) {
    for (const [columnWindows, columns] of lengths(shape.columns, window.columns)) {
      if (rows > 0 && columns > 0) answers += rowWindows * columnWindows * wireBytes(matrixAnswerBytes(window, rows, columns));
    }
  }
  return queries + answers;
}

/** Whether an answer is as private and as certain as it has to be. */
export function isSound(shape: MatrixShape, window: MatrixShape): boolean {
  const rows = Math.min(shape.rows, window.rows);
  const load = { terms: rows * shape.inner, bound: 2 ** 63, coefficients: rows * window.columns };
  return answerDistance(parameters, load) <= 2 ** -statisticalBits && failureProbability(parameters, load) <= 2 ** -statisticalBits;
}

function windows(shape: MatrixShape): MatrixShape[] {
  const found: MatrixShape[] = [];
  for (let inner = leastRun; inner <= degree && inner < 2 * Math.max(shape.inner, leastRun); inner *= 2) {
    for (let columns = 1; columns * inner <= degree && columns < 2 * shape.columns; columns *= 2) {
      const window = { inner, columns, rows: degree / (inner * columns) };
      if (Math.ceil(shape.inner / inner) <= maxKept && isSound(shape, window)) found.push(window);
    }
  }
  return found;
}

const plans = new Map<string, MatrixPlan | undefined>();

/** The plan that sends least; undefined for an empty product, about which nobody has to say anything. */
export function latticeMatrixPlan(shape: MatrixShape): MatrixPlan | undefined {
  const { rows, inner, columns } = shape;
  if (rows === 0 || inner === 0 || columns === 0) return undefined;
  const name = `${rows} ${inner} ${columns}`;
  if (!plans.has(name)) {
    const candidates = (['receiver', 'sender'] as const).flatMap((owner) => {
      const seen = owner === 'receiver' ? shape : { rows: columns, inner, columns: rows };
      return windows(seen).map((window): MatrixPlan => ({ owner, shape: seen, window, bytes: bytesOf(seen, window) }));
    });
    if (candidates.length === 0) throw new RangeError('a matrix of more columns than can be added up with so little noise');
    plans.set(name, candidates.reduce((best, each) => (each.bytes < best.bytes ? each : best)));
  }
  return plans.get(name);
}

/** What X·Y sends, with X of `rows` rows and `inner` columns and Y of `columns` columns; both directions, whole frames, keys left out. */
export const latticeMatrixBytes = (rows: number, inner: number, columns: number): number => latticeMatrixPlan({ rows, inner, columns })?.bytes ?? 0;

/** Windows Â that are transformed before they are multiplied. */
export const termsAtATime = 16;
/** Windows of rows that are answered before the first of these answers leaves, at most, and what their words may take. */
const mostWindows = 8;
const compactBytes = 16 * 1024 * 1024;

export const windowsAtATime = ({ shape, window }: MatrixPlan): number => {
  const wordsEach = Math.ceil(shape.inner / window.inner) * window.inner * window.rows;
  return Math.max(1, Math.min(mostWindows, Math.ceil(shape.rows / window.rows), Math.floor(compactBytes / (8 * wordsEach))));
};

/** The kernels' memory that a product takes on either side, tables included. */
export function latticeMatrixMemoryBytes(shape: MatrixShape): number {
  const plan = latticeMatrixPlan(shape);
  const poly = 4 * degree;
  // Keys are made and read in as much.
  if (!plan) return latticeTableBytes('matrix') + 40 * poly;
  const kept = Math.ceil(plan.shape.inner / plan.window.inner);
  const perWindow = 8 * kept * plan.window.inner * plan.window.rows + 64 * kept + (2 * parameters.primes.length + 5) * poly;
  return latticeTableBytes('matrix') + windowsAtATime(plan) * perWindow + (2 * kept + termsAtATime + 40) * poly;
}
