import { readFileSync } from 'node:fs';
import { dataFile } from './data-file.js';
import { type Model, type RealTensor, importOnnx } from '#program';

/** A network that was trained by others, and its logits on 100 images of digits, as a reference implementation gives them. */
export interface TrainedNetwork {
  readonly model: Model;
  /** The images from the first on, in the shape that the network takes. */
  images(count: number): ReadonlyMap<string, RealTensor>;
  /** [100][10] */
  readonly logits: readonly (readonly number[])[];
}

interface Reference {
  readonly networks: Readonly<Record<string, { readonly logits_first100: readonly (readonly number[])[] }>>;
}

/** CrypTen's network `a` (three layers of weights), or `b` (two convolutions); undefined where the collection is not there. */
export function trainedNetwork(name: 'a' | 'b'): TrainedNetwork | undefined {
  const file = (each: string): string | undefined => dataFile(`crypten-mnist-networks/${each}`);
  const [model, reference, pixels] = [`network_${name}.onnx`, 'reference.json', 't10k_first100_normalised_f32le.bin'].map(file);
  if (model === undefined || reference === undefined || pixels === undefined) return undefined;
  const imported = importOnnx(readFileSync(model));
  const raw = readFileSync(pixels);
  const all = Float64Array.from({ length: raw.length / 4 }, (_, i) => raw.readFloatLE(4 * i));
  const [input] = imported.network.inputs;
  return {
    model: imported,
    images: (count) => {
      const shape = input!.shape.map((size) => (size === 'rows' ? count : size));
      return new Map([[input!.name, { shape, elements: all.slice(0, shape.reduce((a, b) => a * b, 1)) }]]);
    },
    logits: (JSON.parse(readFileSync(reference, 'utf8')) as Reference).networks[name]!.logits_first100,
  };
}
