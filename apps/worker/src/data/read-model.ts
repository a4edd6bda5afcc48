import { readFileSync, statSync } from 'node:fs';
import { type Network, type Table, importOnnx, MOST_MODEL_BYTES, networkDigest, PlanError } from '#program';
import { DataError } from './errors.js';
import { locateModel } from './source.js';

export interface ModelRequest {
  /** The dataset's name, for messages. */
  readonly dataset: string;
  /** An ONNX file, relative to `baseDir`; nothing outside of it is read. */
  readonly from: string;
  readonly baseDir: string;
}

/** A model of this node: what others may know of it, and its weights by name, which are secret. */
export interface OwnModel {
  readonly network: Network;
  readonly table: Table;
}

/** Reads a model and computes what its owner computes alone. Throws DataError, and PlanError CS0650 to CS0659; no message has a weight. */
export function readModel({ dataset, from, baseDir }: ModelRequest): OwnModel {
  const path = locateModel(baseDir, from);
  // Before it is in memory.
  if (statSync(path).size > MOST_MODEL_BYTES) throw new PlanError('CS0651', `\`${dataset}\` has more than ${MOST_MODEL_BYTES} bytes`);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new DataError('CS0501', `\`${from}\` cannot be read`);
  }
  const { network, weights } = importOnnx(bytes);
  return { network, table: { rows: 1, columns: Object.fromEntries([...weights].map(([name, { elements }]) => [name, elements])) } };
}

/** The weights of a model whose architecture, bounds included, is the registered one, by which the others planned. Throws CS0659 where it is not. */
export function readRegisteredModel(request: ModelRequest, registered: Network): Table {
  const { network, table } = readModel(request);
  if (networkDigest(network) !== networkDigest(registered)) throw new PlanError('CS0659', `\`${request.dataset}\` is not the model that is registered`, ['register it again']);
  return table;
}
