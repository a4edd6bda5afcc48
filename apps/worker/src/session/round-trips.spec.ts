import { checkRoundTrips, measureLinks } from './round-trips.js';

const hasAnswered = () => Promise.resolve();
const answering = (...times: number[]) => ({ roundTrip: () => Promise.resolve(times.shift() ?? 0), hasAnswered });

test('the round trip is the median of five echoes: a slow start does not count, nor does one lucky echo', async () => {
  const measured = await measureLinks(new Map([[0, answering(900, 20, 21, 22, 23)], [2, answering(90, 1, 95, 92, 91)]]), 1_000);
  expect([...measured]).toEqual([[0, 22], [2, 91]]);
});

test('a peer that does not answer in time, is gone, or does not measure the link itself, is not measured', async () => {
  const measured = await measureLinks(new Map([
    [0, answering(1, 1, 1, 1, 1)],
    [1, { roundTrip: () => new Promise<number>(() => undefined), hasAnswered }],
    [2, { roundTrip: () => Promise.reject(new Error('the link is closed')), hasAnswered }],
    [3, { roundTrip: () => Promise.resolve(1), hasAnswered: () => new Promise<void>(() => undefined) }],
  ]), 20);
  expect([...measured]).toEqual([[0, 1]]);
});

test.each([
  ['a link at the bound passes', [[1, 80]], 80, undefined],
  ['a link above it does not', [[1, 80.1]], 80, 'the round trip to party 1 took 80.1 ms, and the policy allows at most 80 ms'],
  ['nor does one that was not measured', [], 80, 'the link to party 1 could not be measured, and the policy allows at most 80 ms'],
  ['without a bound both pass', [], undefined, undefined],
] as const)('%s', (_, measured, mostMs, message) => {
  const check = (): void => checkRoundTrips([1], new Map(measured), mostMs);
  if (message === undefined) return expect(check).not.toThrow();
  expect(check).toThrow(expect.objectContaining({ code: 'CS0739', blame: 1, message }) as Error);
});
