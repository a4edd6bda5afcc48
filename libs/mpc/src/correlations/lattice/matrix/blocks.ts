/** A matrix of words, row by row or, transposed, column by column. */
export interface Words {
  readonly data: BigUint64Array;
  /** Words from one row to the next, and from one column to the next. */
  readonly rowStep: number;
  readonly columnStep: number;
}

export const byRows = (data: BigUint64Array, columns: number): Words => ({ data, rowStep: columns, columnStep: 1 });
export const transposed = ({ data, rowStep, columnStep }: Words): Words => ({ data, rowStep: columnStep, columnStep: rowStep });

const halvesOf = (words: BigUint64Array): Uint32Array => new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);

/** A part of a matrix: rows and columns from, to. */
export interface Block {
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** Copies a block to `target`, its word (r, c) to place(r, c), counted within the block. */
export function gather({ data, rowStep, columnStep }: Words, { rows, columns }: Block, target: BigUint64Array, place: (r: number, c: number) => number): void {
  const [from, to] = [halvesOf(data), halvesOf(target)];
  for (let r = rows[0]; r < rows[1]; r++) {
    for (let c = columns[0]; c < columns[1]; c++) {
      const source = 2 * (r * rowStep + c * columnStep);
      const at = 2 * place(r - rows[0], c - columns[0]);
      to[at] = from[source]!;
      to[at + 1] = from[source + 1]!;
    }
  }
}

/** Back: copies place(r, c) of `source` to word (r, c) of a block. */
export function scatter({ data, rowStep, columnStep }: Words, { rows, columns }: Block, source: BigUint64Array, place: (r: number, c: number) => number): void {
  const [from, to] = [halvesOf(source), halvesOf(data)];
  for (let r = rows[0]; r < rows[1]; r++) {
    for (let c = columns[0]; c < columns[1]; c++) {
      const at = 2 * (r * rowStep + c * columnStep);
      const source2 = 2 * place(r - rows[0], c - columns[0]);
      to[at] = from[source2]!;
      to[at + 1] = from[source2 + 1]!;
    }
  }
}
