/** Arithmetic of a field on single public elements, for set-up: what is computed here depends on points alone. */
export interface Arithmetic {
  subtract(left: bigint, right: bigint): bigint;
  multiply(left: bigint, right: bigint): bigint;
  inverse(element: bigint): bigint;
}

const p = (1n << 61n) - 1n;

/** F_p, p = 2^61 − 1. */
export const primeField: Arithmetic = {
  subtract: (left, right) => (((left - right) % p) + p) % p,
  multiply: (left, right) => (left * right) % p,
  inverse: (element) => power(primeField, element, p - 2n),
};

/** GF(2^8) = F_2[x]/(x^8 + x^4 + x^3 + x + 1). */
export const byteField: Arithmetic = {
  subtract: (left, right) => left ^ right,
  multiply(left, right) {
    let product = 0n;
    for (let i = 0n; i < 8n; i++) product ^= (left << i) * ((right >> i) & 1n);
    for (let i = 14n; i >= 8n; i--) product ^= (0x11bn << (i - 8n)) * ((product >> i) & 1n);
    return product;
  },
  inverse: (element) => power(byteField, element, 254n),
};

function power(field: Arithmetic, base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = field.multiply(square, square)) {
    if ((left & 1n) === 1n) result = field.multiply(result, square);
  }
  return result;
}

/** Where the value that is shared lies. */
export const secretPoint = 0;
/** α_p: the point of party p's share. */
export const pointOf = (party: number): number => party + 1;

/** L_i(at): a polynomial of degree below the number of points takes the value Σ L_i(at) · f(points[i]) at `at`. */
export function lagrange(field: Arithmetic, points: readonly number[], at: number): bigint[] {
  const difference = (left: number, right: number): bigint => field.subtract(BigInt(left), BigInt(right));
  return points.map((own) => points
    .filter((other) => other !== own)
    .reduce((product, other) => field.multiply(product, field.multiply(difference(at, other), field.inverse(difference(own, other)))), 1n));
}
