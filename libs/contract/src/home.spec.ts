import { DatasetRule, SignedDataset } from './index.js';

const columns = { x: { type: 'number', min: 0, max: 1 } };

describe('a dataset', () => {
  it('has columns where it has rows, and none where it is a model', () => {
    const accepted = (rule: object): boolean => DatasetRule.safeParse(rule).success;
    expect(accepted({ from: 'rows.csv', columns })).toBe(true);
    expect(accepted({ sql: 'from rows', columns })).toBe(true);
    expect(accepted({ from: 'network.onnx' })).toBe(true);
    expect(accepted({ from: 'NETWORK.ONNX', tags: ['model'] })).toBe(true);
    expect(accepted({ from: 'rows.csv' })).toBe(false);
    expect(accepted({ sql: 'from rows' })).toBe(false);
    expect(accepted({ from: 'network.onnx', columns })).toBe(false);
    expect(accepted({ from: 'network.onnx', maxRows: 4 })).toBe(false);
  });
  it('is signed with an architecture that has nothing unknown', () => {
    const network = { v: 1, inputs: [{ name: 'x0', label: 'x', shape: ['rows', 2] }], weights: [], layers: [{ op: 'relu', node: 'Relu `y`', out: 'v0', value: 'x0' }], outputs: [{ name: 'y', value: 'v0' }] };
    const signed = (change: object): boolean => SignedDataset.safeParse({ name: 'Network', tags: [], maxRows: 1, columns: {}, network: { ...network, ...change } }).success;
    expect(signed({})).toBe(true);
    expect(signed({ elements: [1] })).toBe(false);
    expect(signed({ layers: [{ ...network.layers[0], op: 'erf' }] })).toBe(false);
  });
});
