import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ColumnDeclaration, type DatasetDescriptor, decodeResult, neededColumns, planJob, type Table, writeOnnx } from '#program';
import { interpretPlan } from '#testing';
import { ownTables } from '../jobs/own-table.js';
import { ReaderProcesses, readModel } from './index.js';

const modelFile = (weight: number): Uint8Array => writeOnnx({
  name: 'net', inputs: [{ name: 'x', shape: ['rows', 2] }], outputs: [{ name: 'y', shape: ['rows', 1] }],
  weights: [{ name: 'm', shape: [2, 1], elements: [weight, 0.25] }], nodes: [{ op: 'MatMul', inputs: ['x', 'm'], outputs: ['y'] }],
});
let folder: string;
const processes = new ReaderProcesses();
beforeAll(() => {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-model-')));
  folder = join(outer, 'lab');
  mkdirSync(folder);
  writeFileSync(join(outer, 'outside.onnx'), modelFile(1));
  symlinkSync(join(outer, 'outside.onnx'), join(folder, 'link.onnx'));
  writeFileSync(join(folder, 'net.onnx'), modelFile(0.7184));
  writeFileSync(join(folder, 'net.csv'), 'a\n1\n');
  writeFileSync(join(folder, 'broken.onnx'), modelFile(0.7184).subarray(0, 40));
});
afterAll(() => {
  processes.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});
const read = (from: string): ReturnType<typeof readModel> => readModel({ dataset: 'Network', from, baseDir: folder });
const codeOf = async (reading: () => unknown): Promise<string> => {
  try {
    await reading();
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as Error).message}`;
  }
  return 'none';
};

describe('a model as a dataset', () => {
  it('is what others may know of it, and weights that they may not', () => {
    const { network, table } = read('net.onnx');
    expect(table).toEqual({ rows: 1, columns: { w0: Float64Array.of(Math.fround(0.7184), 0.25) } });
    expect(network.weights).toEqual([{ name: 'w0', shape: [2, 1], exponent: 0, gain: 0 }]);
    expect(JSON.stringify(network)).not.toContain('0.71');
  });
  it('is read inside of its folder alone, and refused where it is none', async () => {
    expect(await codeOf(() => read('../outside.onnx'))).toMatch(/^CS0502/);
    expect(await codeOf(() => read('link.onnx'))).toMatch(/^CS0502/);
    expect(await codeOf(() => read('none.onnx'))).toMatch(/^CS0501/);
    expect(await codeOf(() => read('net.csv'))).toMatch(/^CS0503/);
    expect(await codeOf(() => read('broken.onnx'))).toMatch(/^CS0650/);
  });
  it('that is not the one that is registered is refused before a session, and no weight is named', async () => {
    const { network } = read('net.onnx');
    const registered: DatasetDescriptor = { node: 'Lab', name: 'Network', tags: [], maxRows: 1, columns: {}, network };
    const own = (from: string): Promise<Table> => ownTables(processes)({ name: 'Network', base: folder, from, tags: [], columns: {} }, { registered, columns: ['w0'] });
    // Other weights within the same bounds are the owner's business.
    writeFileSync(join(folder, 'alike.onnx'), modelFile(0.53));
    expect((await own('alike.onnx')).columns.w0).toEqual(Float64Array.of(Math.fround(0.53), 0.25));
    writeFileSync(join(folder, 'larger.onnx'), modelFile(1.53));
    const refusal = await codeOf(() => own('larger.onnx'));
    expect(refusal).toMatch(/^CS0659 `Network` is not the model that is registered/);
    expect(refusal).not.toMatch(/1\.5/);
  });
});

describe('the digits example', () => {
  it('reads scans as it does in doubles', async () => {
    const example = fileURLToPath(new URL('../../../../examples/digits/', import.meta.url));
    const { network, table: weights } = readModel({ dataset: 'Digit Network', from: 'network.onnx', baseDir: example });
    const pixel: ColumnDeclaration = { type: 'integer', min: 0, max: 16 };
    const scans: DatasetDescriptor = { node: 'City Post', name: 'Scans', tags: [], maxRows: 128, columns: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`p${i}`, pixel])) };
    const plan = planJob({
      program: 'Private Inference', parameters: {}, parties: ['Reader Lab', 'City Post'], receivers: ['City Post'], minimumGroup: 0, rows: [{ node: 'City Post', dataset: 'Scans', rows: 100 }],
      inputs: [{ node: 'Reader Lab', dataset: 'Digit Network', role: 'model' }, { node: 'City Post', dataset: 'Scans', role: 'rows' }],
      datasets: [{ node: 'Reader Lab', name: 'Digit Network', tags: [], maxRows: 1, columns: {}, network }, scans],
    });
    const rows = await ownTables(processes)({ name: 'Scans', base: example, from: 'data/scans.csv', tags: [], columns: {} }, { registered: scans, columns: neededColumns(plan, 1).get('Scans')! });
    const { digits, written } = JSON.parse(readFileSync(`${example}plaintext.json`, 'utf8')) as { digits: { labels: number[] }; written: number[] };
    expect(digits.labels.filter((label, i) => label === written[i]).length).toBeGreaterThanOrEqual(90);
    expect(decodeResult(plan, interpretPlan(plan, (_, dataset) => (dataset === 'Scans' ? rows : weights)))).toEqual(digits);
  });
});
