import { type KernelMemory, addInto, multiplyAddInto, subtractFrom } from '#kernels';
import { type Mesh } from '../channel/index.js';
import { type MatrixTriple, type Triples, wipeMatrix, wipeTriples } from '../correlations/index.js';
import { openMasked } from './open.js';

/** One elementwise product of shares; a one-element factor meets every element of the other. `triple` has the result's length. */
export interface Product {
  readonly kind: 'elementwise';
  readonly left: BigUint64Array;
  readonly right: BigUint64Array;
  readonly triple: Triples;
}

/** A matrix of columns times a vector of one-element weights. */
export interface MatrixProduct {
  readonly kind: 'matrix';
  readonly columns: readonly BigUint64Array[];
  readonly weights: readonly BigUint64Array[];
  readonly triple: MatrixTriple;
}

/**
 * The shares of all products, which must not depend on each other, in one round. Wipes the triples it consumes.
 * Throws `ProtocolAbort`.
 */
export async function multiplyAll(mesh: Mesh, memory: KernelMemory, products: readonly (Product | MatrixProduct)[]): Promise<BigUint64Array[]> {
  const masked = products.map(maskedFactors);
  const opened = await openMasked(mesh, concatenate(masked.flat()));
  let offset = 0;
  return products.map((product, i) => {
    const values = masked[i]!.map(({ length }) => opened.subarray(offset, (offset += length)));
    return product.kind === 'elementwise' ? unmask(product, values, mesh.self, memory) : unmaskMatrix(product, values, mesh.self, memory);
  });
}

/** [d], [e] of a product, or [D] column by column and [e] of a matrix product. */
function maskedFactors(product: Product | MatrixProduct): BigUint64Array[] {
  if (product.kind === 'elementwise') {
    const { left, right, triple } = product;
    return [difference(left, triple.a), difference(right, triple.b)];
  }
  const { columns, weights, triple } = product;
  return [...columns.map((column, j) => difference(column, triple.a[j]!)), difference(concatenate(weights), triple.b)];
}

function difference(factor: BigUint64Array, mask: BigUint64Array): BigUint64Array {
  const result = new BigUint64Array(mask.length);
  addInto(result, factor);
  subtractFrom(result, mask);
  return result;
}

/** [z] = [c] + d·[b] + e·([a] + d at party 0). */
function unmask({ triple }: Product, [d, e]: readonly BigUint64Array[], self: number, memory: KernelMemory): BigUint64Array {
  const z = triple.c.slice();
  multiplyAddInto(memory, z, d!, triple.b);
  if (self === 0) addInto(triple.a, d!);
  multiplyAddInto(memory, z, triple.a, e!);
  wipeTriples(triple);
  return z;
}

/** [z] = [c] + Σ_j (D_j·[b_j] + ([A_j] + D_j at party 0)·e_j). */
function unmaskMatrix({ triple }: MatrixProduct, values: readonly BigUint64Array[], self: number, memory: KernelMemory): BigUint64Array {
  const z = triple.c.slice();
  const e = values.at(-1)!;
  triple.a.forEach((column, j) => {
    multiplyAddInto(memory, z, values[j]!, triple.b.subarray(j, j + 1));
    if (self === 0) addInto(column, values[j]!);
    multiplyAddInto(memory, z, column, e.subarray(j, j + 1));
  });
  wipeMatrix(triple);
  return z;
}

export function concatenate(vectors: readonly BigUint64Array[]): BigUint64Array {
  const joined = new BigUint64Array(vectors.reduce((sum, vector) => sum + vector.length, 0));
  let offset = 0;
  for (const vector of vectors) {
    joined.set(vector, offset);
    offset += vector.length;
  }
  return joined;
}
