/** A block of a transfer, and a seed of a stream: of AES-128. */
export const blockBytes = 16;
export const seedBytes = 16;

/** Transfers come in whole groups of 128. */
export const columnsFor = (transfers: number): number => Math.ceil(transfers / 128) * 128;

/** No batch is larger: the bound on H (libs/mpc/src/ot/softspoken/flow.ts) counts on it. */
export const maxBatchTransfers = 65_536;

/** [from, to) of each batch of `count` items, `most` at a time. */
export const ranges = (count: number, most: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, i) => [i * most, Math.min((i + 1) * most, count)] as const);
