import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Demand } from '#mpc';
import { SetDemands } from './demands.js';
import { newFolder } from './testing/parties.js';

let path: string;
let folder: string;
beforeEach(() => (path = join((folder = newFolder()), 'demands.json')));
afterEach(() => rmSync(folder, { recursive: true }));

const SET = '1'.repeat(64);
const demand = (of: Partial<Demand>): Demand => ({ triples: 0, andWords: 0, daBits: 0, matrixTriples: [], ...of });
const shape = { rows: 2, inner: 3, columns: 4 };

test('the largest of late is what counts, across runs; what is asked for no more fades', () => {
  const demands = new SetDemands(path);
  demands.note(SET, demand({ triples: 100, matrixTriples: [shape, shape] }), 'any');
  demands.note(SET, demand({ triples: 10, andWords: 4 }), 'any');
  expect(new SetDemands(path).of(SET)).toEqual({ any: { triples: 50, 'and-words': 4, 'matrix:2x3x4': 1 } });
  demands.note(SET, demand({}), 'any');
  demands.note(SET, demand({}), 'any');
  expect(demands.of(SET)).toEqual({ any: { triples: 12, 'and-words': 1 } });
  expect(demands.of('2'.repeat(64))).toEqual({});
});

test('each profile has its own, and one that is asked for no more fades away', () => {
  const demands = new SetDemands(path);
  demands.note(SET, demand({ triples: 4 }), 'no-lpn');
  demands.note(SET, demand({ triples: 10 }), 'any');
  expect(new SetDemands(path).of(SET)).toEqual({ 'no-lpn': { triples: 2 }, any: { triples: 10 } });
  for (let i = 0; i < 2; i++) demands.note(SET, demand({ triples: 10 }), 'any');
  expect(demands.of(SET)).toEqual({ any: { triples: 10 } });
});

test('only sets of late are kept, and a file that is none counts for nothing', () => {
  const demands = new SetDemands(path);
  for (let i = 0; i < 70; i++) demands.note(i.toString(16).padStart(64, '0'), demand({ triples: 1 }), 'any');
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object)).toHaveLength(64);
  expect(demands.of('0'.repeat(64))).toEqual({});
  writeFileSync(path, '{"x":1}');
  expect(new SetDemands(path).of(SET)).toEqual({});
});
