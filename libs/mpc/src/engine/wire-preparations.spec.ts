import { readFileSync, writeFileSync } from 'node:fs';
import { type Plan, type PlanJoin, PHASES, trafficOf } from '#program/plans';
import { type PrivateVector, type RecordedLink, allHeld, fingerprint, memoryLinks, planOf, planOfSteps, recordedLink, runParties } from '#testing';
import { labelOf } from '../channel/index.js';
import { digestsOf } from '../join/testing/pair.js';
import { type SessionOptions } from './session.js';

/** Sessions that prepare with lattices, and one that joins tables: fingerprints by message and direction. `UPDATE_WIRE_BASELINE=1` writes the file after a deliberate change of the wire. */
const baselineFile = new URL('../../../../test/wire-preparations.baseline', import.meta.url);
type Baseline = Record<string, Record<string, Record<string, unknown>>>;
const baseline = (): Baseline => JSON.parse(readFileSync(baselineFile, 'utf8')) as Baseline;

const common = ['session-hello/5 hello', 'masny-rindal-k-pke-768/1 keys', 'masny-rindal-k-pke-768/1 ciphertexts', 'softspoken/1 trees', 'softspoken/1 corrections', 'additive-z64/2 input', 'additive-z64/2 round', 'transcript-confirmation/1 seen', 'additive-z64/2 output'];
const ofFerret = ['commitment', 'coins', 'opening', 'sums', 'choices'].map((step) => `ferret/1 ${step}`);
const ofBits = ['bit-products/1 payload', 'bit-words/1 payload', 'gilboa/1 payload', 'matrix-gilboa/1 payload'];
const names = [...common, ...ofFerret, ...ofBits, 'lattice-keys/1 key', 'lattice-products/1 query', 'lattice-products/1 answer', 'lattice-matrix/1 query', 'lattice-matrix/1 answer', 'kkrt/1 corrections', 'rb-okvs/1 slots'];
const nameOf = new Map(names.map((name) => [labelOf(...(name.split(' ') as [string, string])).tag, name]));
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

interface Session {
  readonly plan: Plan;
  readonly vectors: Readonly<Record<string, PrivateVector>>;
  readonly join?: readonly SessionOptions['join'][];
  /** Messages that only such sessions have. */
  readonly own: readonly string[];
}

function products(): Session {
  const values = Array.from({ length: 17_000 }, (_, i) => BigInt(i % 97));
  const vectors = { a: { party: 0, values }, b: { party: 1, values } };
  return { vectors, plan: planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: values.length }), own: ['lattice-keys/1 key', 'lattice-products/1 query', 'lattice-products/1 answer'] };
}

function matrices(): Session {
  const matrix = (rows: number, columns: number) => ({ shape: [rows, columns], range: { min: 0n, max: 9n }, elements: Array.from({ length: rows * columns }, (_, i) => BigInt(i % 10)) });
  const tensors = { a: matrix(40, 60), b: matrix(60, 50) };
  return {
    plan: planOfSteps('additive-z64', tensors, [{ op: 'matmul', out: 'y', left: 'a', right: 'b', fractionBits: 0 }], ['y'], 2),
    vectors: { a: { party: 0, values: tensors.a.elements }, b: { party: 1, values: tensors.b.elements } }, own: ['lattice-keys/1 key', 'lattice-matrix/1 query', 'lattice-matrix/1 answer'],
  };
}

function joined(): Session {
  const range = { min: '-1000', max: '1000' };
  const join: PlanJoin = {
    left: { party: 0, dataset: 'A', key: 'id', maxRows: 32 }, right: { party: 1, dataset: 'B', key: 'id', maxRows: 32 }, match: 'match',
    columns: [{ name: 'v', side: 'right', as: 'rows', column: { column: 'v', offset: '0', exponent: 0 }, fractionBits: 0, range }],
  };
  const keys = (first: number): string[] => Array.from({ length: 20 }, (_, i) => `key ${first + i}`);
  const plan = { ...planOf(2, {}, [{ op: 'sum', out: 'n', value: 'match', axis: 0 }, { op: 'sum', out: 'total', value: 'v', axis: 0 }], { n: 1, total: 1 }), join };
  return { plan, vectors: {}, own: ['kkrt/1 corrections', 'rb-okvs/1 slots'], join: [{ digests: digestsOf(keys(0)), columns: [] }, { digests: digestsOf(keys(5)), columns: [BigUint64Array.from({ length: 20 }, (_, i) => BigInt(i * i))] }] };
}

const sessions: Readonly<Record<string, () => Session>> = { 'triples from lattices': products, 'matrix triples from lattices': matrices, 'joined tables': joined };

test.each(Object.entries(sessions))('%s: two parties send exactly the bytes that are predicted, and under seeded coins the bytes of the baseline', async (title, sessionOf) => {
  const { plan, vectors, join, own } = sessionOf();
  const links = memoryLinks(2);
  const recorded = links.map((row, party): RecordedLink => {
    const link = recordedLink(row[1 - party]!);
    row[1 - party] = link;
    return link;
  });
  const held = allHeld(await runParties(plan, vectors, { offline: 'real', links, of: (party) => ({ ...(join && { join: join[party] }) }) }));
  await Promise.all(held.map((each) => each.open([0])));
  const seen: Record<string, Record<string, unknown>> = {};
  for (const [party, direction] of ['0 to 1', '1 to 0'].entries()) {
    const { written } = recorded[party]!;
    expect(written.reduce((sum, frame) => sum + frame.length, 0)).toBe(PHASES.reduce((sum, phase) => sum + trafficOf(plan).bytes[party]![1 - party]![phase], 0));
    const found = new Set(written.map((frame) => nameOf.get(tagOf(frame))));
    expect(found).not.toContain(undefined);
    for (const name of names) if (found.has(name)) (seen[name] ??= {})[direction] = fingerprint(written.filter((frame) => nameOf.get(tagOf(frame)) === name));
  }
  expect(Object.keys(seen)).toEqual(expect.arrayContaining([...own]));
  if (process.env['UPDATE_WIRE_BASELINE'] === '1') writeFileSync(baselineFile, `${JSON.stringify({ ...baseline(), [title]: seen }, null, 2)}\n`);
  expect(seen).toEqual(baseline()[title]);
});

test('the baseline has every session that there is', () => {
  expect(Object.keys(baseline()).sort()).toEqual(Object.keys(sessions).sort());
});
