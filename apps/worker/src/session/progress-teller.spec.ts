import { type Told, ProgressTeller } from './progress-teller.js';

function teller(): { told: Told[]; at: (ms: number) => ProgressTeller } {
  const told: Told[] = [];
  let now = 0;
  const made = new ProgressTeller((each) => void told.push(each), () => now);
  return { told, at: (ms) => ((now = ms), made) };
}

it('tells the first word of a phase, one in a quarter of a second, and the last', () => {
  const { told, at } = teller();
  at(0).tell('connecting', 0, 2);
  at(1).tell('connecting', 1, 2);
  at(2).tell('connecting', 2, 2);
  at(3).tell('online', 1, 100);
  for (let round = 2; round <= 99; round++) at(3 + 10 * round).tell('online', round, 100, [{ kind: 'step', index: round, of: 99 }]);
  at(2_000).last();
  at(2_001).last();
  expect(told.slice(0, 3)).toEqual([{ phase: 'connecting', done: 0, of: 2 }, { phase: 'connecting', done: 2, of: 2 }, { phase: 'online', done: 1, of: 100 }]);
  expect(told.slice(3).map(({ done }) => done)).toEqual([25, 50, 75, 99]);
  expect(told.at(-1)).toEqual({ phase: 'online', done: 99, of: 100, stage: [{ kind: 'step', index: 99, of: 99 }] });
});

it('drops what a phase kept back when the next begins, and tells no empty stage', () => {
  const { told, at } = teller();
  at(0).tell('preprocessing', 0, 1);
  at(1).tell('preprocessing', 1, 9);
  at(2).tell('inputs', 0, 1, []);
  at(3).last();
  expect(told).toEqual([{ phase: 'preprocessing', done: 0, of: 1 }, { phase: 'inputs', done: 0, of: 1 }]);
});
