import { PlanError } from '../../errors.js';
import { lengthOf } from '../../tensor/operator.js';
import { type RealTensor } from '../tensor.js';
import { type TensorMessage } from './messages.js';
import { notOnnx } from './wire.js';

/** The element types of ONNX that are read, by their number there. */
export const ELEMENT_TYPES: Readonly<Record<number, { readonly name: string; readonly real: boolean; readonly bytes: number; readonly read: (view: DataView, at: number) => number | bigint }>> = {
  1: { name: 'float', real: true, bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  6: { name: 'int32', real: false, bytes: 4, read: (view, at) => view.getInt32(at, true) },
  7: { name: 'int64', real: false, bytes: 8, read: (view, at) => view.getBigInt64(at, true) },
  9: { name: 'bool', real: false, bytes: 1, read: (view, at) => view.getUint8(at) },
  11: { name: 'double', real: true, bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

const OTHER_TYPES = ['undefined', '', 'uint8', 'int8', 'uint16', 'int16', '', '', 'string', '', 'float16', '', 'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16'];
export const typeName = (type: number): string => ELEMENT_TYPES[type]?.name ?? (OTHER_TYPES[type] || `type ${type}`);

/** More elements of one tensor, or of all weights of a model, than this are refused. */
export const MOST_ELEMENTS = 2 ** 24;
const MOST_AXES = 8;

/** Elements, and whether they are reals: integers are shapes, axes and the like. */
export interface Elements extends RealTensor {
  readonly real: boolean;
}

/** Throws CS0650, CS0651, CS0655 or CS0659; no message has an element. `name` is as it is shown. */
export function elementsOf(message: TensorMessage, name: string): Elements {
  const { dims, dataType, raw } = message;
  const type = ELEMENT_TYPES[dataType];
  if (!type) throw new PlanError('CS0655', `${name} holds elements of type ${typeName(dataType)}`, ['export the model with weights of type float or double']);
  if (dims.length > MOST_AXES) throw new PlanError('CS0651', `${name} has more than ${MOST_AXES} axes`);
  if (dims.some((size) => size < 0)) throw notOnnx(`${name} has a negative size`);
  const length = lengthOf(dims);
  if (length > MOST_ELEMENTS) throw new PlanError('CS0651', `${name} has more than ${MOST_ELEMENTS} elements`);
  const elements = raw ? rawElements(raw, type, length, name) : listed(message, type.name, length, name);
  if (elements.some((each) => !Number.isFinite(each))) throw new PlanError('CS0659', `${name} has an element that is not a finite number`);
  return { shape: dims, elements, real: type.real };
}

function rawElements(raw: Uint8Array, { bytes, read }: (typeof ELEMENT_TYPES)[number], length: number, name: string): Float64Array {
  if (raw.length !== length * bytes) throw notOnnx(`${name} has ${raw.length} bytes for its shape`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const elements = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const element = read(view, i * bytes);
    // int64 marks "to the end" by its greatest value; no shape has one beyond 2^53.
    elements[i] = Number(element);
  }
  return elements;
}

function listed(message: TensorMessage, type: string, length: number, name: string): Float64Array {
  const list = type === 'float' ? message.floats : type === 'double' ? message.doubles : type === 'int64' ? message.int64s : message.int32s;
  if (list.length !== length) throw notOnnx(`${name} has ${list.length} elements for its shape`);
  return Float64Array.from(list);
}
