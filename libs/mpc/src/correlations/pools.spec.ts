import { idealCorrelations } from '#testing';
import { wipeCorrelations } from './pools.js';

const demand = { triples: 3, andWords: 2, daBits: 4, matrixTriples: [{ rows: 2, inner: 1, columns: 3 }, { rows: 1, inner: 1, columns: 1 }] };
const made = () => idealCorrelations(new Uint8Array(32), 0, 2, demand);

test('nothing is handed out twice, and no more than was made', async () => {
  const { arithmetic, boolean, daBits } = await made();
  for (const [pool, count] of [[arithmetic, demand.triples], [boolean, demand.andWords]] as const) {
    const [one, rest] = [pool.take(1), pool.take(count - 1)];
    for (const name of ['a', 'b', 'c'] as const) expect([...one[name], ...rest[name]]).toEqual([...pool.triples[name]]);
    expect(() => pool.take(1)).toThrow('more triples are used than were made');
    expect(pool.take(0).a.length).toBe(0);
  }
  expect([...daBits.take(1).word, ...daBits.take(3).word]).toEqual([...daBits.bits.word]);
  expect(() => daBits.take(1)).toThrow('more random bits are used than were made');
});

test.each([[{ rows: 3 }], [{ inner: 2 }], [{ columns: 1 }]])('a matrix triple is of the shape that is asked for: not with %p', async (other) => {
  const correlations = await made();
  const [first, second] = demand.matrixTriples;
  expect(() => correlations.takeMatrix({ ...first!, ...other })).toThrow('no matrix triple of this shape comes next');
  expect(correlations.takeMatrix(first!).a.length).toBe(2);
  expect(() => correlations.takeMatrix(first!)).toThrow('no matrix triple of this shape comes next');
  correlations.takeMatrix(second!);
  expect(() => correlations.takeMatrix(second!)).toThrow('no matrix triple of this shape comes next');
});

test('what was wiped masks nothing', async () => {
  const correlations = await made();
  wipeCorrelations(correlations);
  expect(() => correlations.arithmetic.take(1)).toThrow('the triples were wiped');
  expect(() => correlations.boolean.take(1)).toThrow('the triples were wiped');
  expect(() => correlations.daBits.take(1)).toThrow('the random bits were wiped');
  expect(() => correlations.takeMatrix(demand.matrixTriples[0]!)).toThrow('no matrix triple of this shape comes next');
});
