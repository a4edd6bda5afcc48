import { exponentAbove } from './ranges.js';

/** What is known of a factor: |value| ≤ bound, and whether it is an integer (which a scale of 0 or more bits holds exactly). */
export interface Factor {
  readonly bound: number;
  readonly integer: boolean;
}
export interface Product {
  readonly left: Factor;
  readonly right: Factor;
}
/** One pair of scales; `leftBits` + `rightBits` is the common scale of the whole sum. */
export interface Limb {
  readonly leftBits: number;
  readonly rightBits: number;
}
export interface ScaledProduct {
  /** One limb, or two: then left = l₁ + l₂ with l₁ the rounding of left to `limbs[0].leftBits`, and both are multiplied by right. */
  readonly limbs: readonly Limb[];
  /** |computed − exact| is at most this, for every left and right within their bounds. */
  readonly error: number;
}
export interface SumScales {
  readonly fractionBits: number;
  readonly products: readonly ScaledProduct[];
  /** Of the whole sum, the constant included. */
  readonly error: number;
  /** The largest magnitude that the sum can have. */
  readonly bound: number;
}

/** One limb leaves at most about 31 bits to either factor. Where that costs more than this of the sum's range, a second limb is added. */
const SECOND_LIMB_ABOVE = 2 ** -40;

/**
 * Scales for Σ left_j · right_j + constant in Z_2^64 without truncation: all products have one common scale F, the largest for
 * which no product and no sum can reach 2^valueBits whatever the values within their bounds; each product splits F = leftBits + rightBits
 * so that its guaranteed error is smallest.
 */
export function chooseScales(products: readonly Product[], constant: Factor, valueBits = 62): SumScales {
  const bound = products.reduce((sum, { left, right }) => sum + left.bound * right.bound, constant.bound);
  const target = (bound * SECOND_LIMB_ABOVE) / Math.max(1, products.length);
  // A sum of zeros has no scale of its own; any does.
  for (let fractionBits = bound === 0 ? 0 : valueBits - exponentAbove(bound); ; fractionBits--) {
    const scaled = products.map((product) => splitScale(product, { fractionBits, target, valueBits }));
    const largest = scaled.reduce((sum, { limbs }, j) => sum + largestSum(products[j], limbs), largestInteger(constant.bound, fractionBits));
    // Compared one bit lower than needed: the doubles that bound these integers are rounded themselves.
    if (largest < 2 ** valueBits * (1 - 2 ** -40)) {
      const error = scaled.reduce((sum, product) => sum + product.error, roundingError(constant, fractionBits));
      return { fractionBits, products: scaled, error, bound };
    }
  }
}

/** The best split into one limb, or into two where one is too coarse. */
function splitScale(product: Product, { fractionBits, target, valueBits }: { readonly fractionBits: number; readonly target: number; readonly valueBits: number }): ScaledProduct {
  const [least, most] = allowedLeftBits(product, fractionBits, valueBits - 1);
  let best: ScaledProduct | undefined;
  const consider = (leftBits: readonly number[]): void => {
    const candidate = evaluate(product, fractionBits, leftBits);
    if (!best || candidate.error < best.error) best = candidate;
  };
  // From the scale nearest to 0 outwards, so that of equally good ones the simplest is taken.
  const candidates = Array.from({ length: most - least + 1 }, (_, i) => least + i).sort((a, b) => Math.abs(a) - Math.abs(b));
  for (const bits of candidates) consider([bits]);
  if (best!.error > target) {
    for (const first of candidates) for (const second of candidates) if (first < second) consider([first, second]);
  }
  return best!;
}

/** The scales of the left factor with which both factors stay below 2^room and so can be shared. */
function allowedLeftBits({ left, right }: Product, fractionBits: number, room: number): [least: number, most: number] {
  const most = left.bound === 0 ? undefined : room - exponentAbove(left.bound);
  const least = right.bound === 0 ? undefined : fractionBits - room + exponentAbove(right.bound);
  // A factor that is always 0 allows every scale: take one that suits the other.
  const upper = most ?? Math.max(0, least ?? 0);
  const lower = least ?? Math.min(0, upper);
  return [Math.min(lower, upper), upper];
}

/** With left = Σ l + rest, Σ l·r̂_l is off by at most Σ |l|·|r̂_l − r| + |rest|·|r|. Limbs are exact: each is a rounded value. */
function evaluate({ left, right }: Product, fractionBits: number, scales: readonly number[]): ScaledProduct {
  let rest = left;
  let error = 0;
  const limbs = scales.map((leftBits) => {
    const rightBits = fractionBits - leftBits;
    const left = roundingError(rest, leftBits);
    error += (rest.bound + left) * roundingError(right, rightBits);
    rest = { bound: left, integer: rest.integer };
    return { leftBits, rightBits };
  });
  return { limbs, error: error + rest.bound * right.bound };
}

/** How far rounding to `bits` fraction bits can move the factor. */
const roundingError = ({ bound, integer }: Factor, bits: number): number => (bound === 0 || (integer && bits >= 0) ? 0 : Math.min(bound, 2 ** (-bits - 1)));

/** The largest |round(value · 2^bits)|. */
const largestInteger = (bound: number, bits: number): number => (bound === 0 ? 0 : Math.floor(bound * 2 ** bits + 0.5));

/** The largest magnitude of Σ_l round(l) · round(r) over the limbs. */
function largestSum({ left, right }: Product, limbs: readonly Limb[]): number {
  let rest = left;
  return limbs.reduce((sum, { leftBits, rightBits }) => {
    const largest = largestInteger(rest.bound, leftBits) * largestInteger(right.bound, rightBits);
    rest = { bound: roundingError(rest, leftBits), integer: rest.integer };
    return sum + largest;
  }, 0);
}
