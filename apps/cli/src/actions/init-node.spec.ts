import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetDeclaration, NodeFile, NodeRegistration, SignedDataset, type Transport } from '#contract';
import { SigningKey, toBase64Url } from '#pqc';
import { CliError } from '../failure.js';
import { NodeHome } from '../node-home.js';
import { initNode, type NodeToMake } from './init-node.js';
import { signedDataset } from './register-node.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = toBase64Url(SigningKey.generate('ML-DSA-65').publicKey);
const info = { version: '0.1.0', origin: 'test', logVkey: 'test+1+1', gateway: { host: '127.0.0.1', port: 7443, linkKey: key } };
const transport: Transport = async () => ({ status: 200, body: (async function* () { yield Buffer.from(JSON.stringify(info)); })() });
const rows: DatasetDeclaration = { name: 'Rows', base: folder, from: 'rows.csv', tags: [], columns: { x: { type: 'number', min: 0, max: 10 } } };
let homes = 0;
const making = (change: Partial<NodeToMake>) => {
  const home = new NodeHome(join(folder, `node-${(homes += 1)}`));
  return { home, made: initNode({ home, name: 'North', region: 'EU', datasets: [rows], controlPlane: { url: 'http://127.0.0.1:1', transport }, now: new Date(0), ...change }) };
};

describe('a node is made', () => {
  it('with the settings that were asked for', async () => {
    const { home, made } = making({});
    await made;
    expect(home.settings()).toMatchObject({ name: 'North', region: 'EU', datasets: [rows] });
    expect(readdirSync(join(home.path, 'keys')).sort()).toEqual(['approval.json', 'link.json', 'sealing.json', 'witness.json']);
  });
  it.each<[string, Partial<NodeToMake>, string]>([
    ['a region that cannot be registered', { region: 'Zürich/1' }, '`region`: a region is a word such as EU or UK'],
    ['a bound that has no short decimal text', { datasets: [{ ...rows, columns: { x: { type: 'number', min: 0, max: 1e300 } } }] }, '`datasets.0.columns.x.max`: a bound is written with at most 40 characters, without an exponent'],
    ['a category that is no line', { datasets: [{ ...rows, columns: { x: { type: 'category', values: ['a', 'b\u202ec'] } } }] }, '`datasets.0.columns.x.values.1`: text is one visible line, in Unicode normal form C'],
    ['too many datasets', { datasets: Array.from({ length: 257 }, (_, i) => ({ ...rows, name: `Rows ${i}` })) }, '`datasets`: it has at most 256 entries'],
  ])('or not at all, with no key left behind, for %s', async (_, change, message) => {
    const { home, made } = making(change);
    await expect(made).rejects.toMatchObject({ code: 'CS0912', message });
    expect(existsSync(home.path)).toBe(false);
  });
  it('or not at all where its data would be refused', async () => {
    const refused = new CliError('CS0512', 'a value is outside its declared range');
    const { home, made } = making({ check: () => Promise.reject(refused) });
    await expect(made).rejects.toBe(refused);
    expect(existsSync(home.path)).toBe(false);
  });
});

it('what a home may declare can be registered', () => {
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  const ordered = <T extends { min: number; max: number }>(range: T): T => ({ ...range, min: Math.min(range.min, range.max), max: Math.max(range.min, range.max) });
  const column = fc.oneof(
    fc.record({ type: fc.constant('number'), min: numbers, max: numbers }).map(ordered), fc.record({ type: fc.constant('integer'), min: fc.maxSafeInteger(), max: fc.maxSafeInteger() }).map(ordered),
    fc.record({ type: fc.constant('category'), values: fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 70 }), fc.string()), { maxLength: 3 }) }), fc.record({ type: fc.constant('key') }),
  );
  const names = fc.oneof({ weight: 9, arbitrary: fc.string({ unit: fc.constantFrom(...'abz'), minLength: 1, maxLength: 5 }) }, { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'aZ_ .-é1'), maxLength: 5 }) });
  const dataset = fc.record({ name: names, base: fc.constant('/data'), from: fc.constant('rows.csv'), tags: fc.array(names, { maxLength: 2 }), columns: fc.dictionary(names, column, { minKeys: 1, maxKeys: 3 }) });
  const accepted = dataset.map((declared) => DatasetDeclaration.safeParse(declared)).filter(({ success }) => success).map(({ data }) => data!);
  fc.assert(fc.property(accepted, fc.nat(), (declared, rows) => expect(SignedDataset.safeParse(signedDataset(declared, { rows })).error).toBeUndefined()), { numRuns: 500 });
  const [own, registered] = [NodeFile.shape.region, NodeRegistration.shape.region];
  expect(own).toBe(registered);
});
