import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Elements, onnxElements, readOnnxTensor } from '#program';
import { readModel } from '../../program/src/onnx/read/messages.js';
import { dataFile } from './data-file.js';

/** A backend test of the ONNX project: a model, its inputs, and the output of a reference implementation. */
export interface OnnxBackendTest {
  readonly name: string;
  /** The operators of its graph. */
  readonly operators: readonly string[];
  readonly model: Uint8Array;
  /** Throws where they are of a type that is not read. Names are those of the graph's inputs that are not weights. */
  inputs(): readonly { readonly name: string; readonly elements: Elements }[];
  output(): Elements;
}

/** All tests of the collection, sorted by name; none where it is not there. */
export function onnxBackendTests(): readonly OnnxBackendTest[] {
  const source = dataFile('onnx-backend-tests/SOURCE.md');
  if (source === undefined) return [];
  const root = dirname(source);
  const folders = ['node', 'pytorch-converted', '.'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)));
  return folders.filter((folder) => existsSync(join(folder, 'model.onnx'))).map(testIn).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function testIn(folder: string): OnnxBackendTest {
  const model = readFileSync(join(folder, 'model.onnx'));
  const { graph } = readModel(model);
  const tensor = (file: string): Elements => onnxElements(readOnnxTensor(readFileSync(join(folder, 'test_data_set_0', file))), file);
  const names = graph.inputs.map(({ name }) => name).filter((name) => !graph.initializers.some((weight) => weight.name === name));
  return {
    name: folder.split('/').at(-1)!,
    operators: [...new Set(graph.nodes.map(({ op }) => op))],
    model,
    inputs: () => names.map((name, i) => ({ name, elements: tensor(`input_${i}.pb`) })),
    output: () => tensor('output_0.pb'),
  };
}
