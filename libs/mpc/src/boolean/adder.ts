import { type Gates, andAll, xor } from './and.js';
import { shiftLeft } from './words.js';

/** Three addends to two with the same sum: one round, one AND word per element. */
async function carrySave(gates: Gates, [a, b, c]: readonly [BigUint64Array, BigUint64Array, BigUint64Array]): Promise<readonly [BigUint64Array, BigUint64Array]> {
  const [both] = await andAll(gates, [[xor(a, c), xor(b, c)]]);
  const majority = xor(both!, c);
  return [xor(xor(a, b), c), shiftLeft(majority, 1)];
}

/**
 * The shares of the sum modulo 2^64 of two or more addends, of which wire 63 and nothing below it is needed by the caller; all
 * wires are correct. n − 2 + 7 rounds, n + 10 AND words per element.
 */
export async function addModulo(gates: Gates, addends: readonly BigUint64Array[]): Promise<BigUint64Array> {
  let [x, y] = [addends[0]!, addends[1]!];
  for (const next of addends.slice(2)) [x, y] = await carrySave(gates, [x, y, next]);

  const half = xor(x, y);
  let propagate = half;
  let [generate] = await andAll(gates, [[x, y]]);
  for (let span = 1; span < 64; span *= 2) {
    const last = span === 32;
    const [carried, passed] = await andAll(gates, [
      [propagate, shiftLeft(generate!, span)],
      ...(last ? [] : [[propagate, shiftLeft(propagate, span)] as const]),
    ]);
    generate = xor(generate!, carried!);
    propagate = passed ?? propagate;
  }
  return xor(half, shiftLeft(generate!, 1));
}
