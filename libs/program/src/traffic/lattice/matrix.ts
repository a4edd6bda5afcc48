import { type MatrixShape } from '../../cost.js';
import { wireBytes } from '../frame.js';
import { ranges, seedBytes } from '../transfers/blocks.js';
import { answerDistance, failureProbability } from './noise.js';
import { aheSets } from './parameters.js';
import { answerBytes, ciphertextBytes } from './sizes.js';

/** How a product X·Y is cut: X has `rows` rows and `inner` columns, Y `inner` rows and `columns` columns. */
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

export const matrixQueryBytes = seedBytes + ciphertextBytes(parameters);

/** The coefficients of an answer to a window of so many rows and columns. */
export const neededOf = ({ inner, columns }: MatrixShape, rows: number, ofColumns: number): { readonly start: number; readonly step: number; readonly count: number } => (
  { start: inner - 1, step: inner, count: (rows - 1) * columns + ofColumns });

export const matrixAnswerBytes = (window: MatrixShape, rows: number, ofColumns: number): number => answerBytes(parameters, neededOf(window, rows, ofColumns).count);

/** What owner and evaluator send for so many columns of B, at most a window of them; whole frames. */
export function windowTraffic(shape: MatrixShape, window: MatrixShape, columns: number): { readonly queries: number; readonly answers: number } {
  const answer = (rows: number): number => wireBytes(matrixAnswerBytes(window, rows, columns));
  const [whole, rest] = [Math.floor(shape.rows / window.rows), shape.rows % window.rows];
  return { queries: Math.ceil(shape.inner / window.inner) * wireBytes(matrixQueryBytes), answers: whole * answer(window.rows) + (rest > 0 ? answer(rest) : 0) };
}

function bytesOf(shape: MatrixShape, window: MatrixShape): number {
  const bytes = (columns: number): number => {
    const { queries, answers } = windowTraffic(shape, window, columns);
    return queries + answers;
  };
  const rest = shape.columns % window.columns;
  return Math.floor(shape.columns / window.columns) * bytes(window.columns) + (rest > 0 ? bytes(rest) : 0);
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

/** The columns of each window of B. */
export const columnWindows = ({ shape, window }: MatrixPlan): (readonly [number, number])[] => ranges(shape.columns, window.columns);
