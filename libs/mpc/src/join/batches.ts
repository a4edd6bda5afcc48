/** [from, to) of each batch of `count` items, `most` at a time. */
export const batchesOf = (count: number, most: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, i) => [i * most, Math.min((i + 1) * most, count)] as const);
