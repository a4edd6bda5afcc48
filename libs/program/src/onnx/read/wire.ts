import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { PlanError } from '../../errors.js';

/** One occurrence of a field of a protobuf message. Each method reads it as one type and throws CS0650 where it is of another. */
export interface Field {
  integer(): number;
  float(): number;
  text(): string;
  bytes(): Uint8Array;
  /** Elements of a repeated field, packed or a single one. */
  integers(into: number[]): void;
  floats(into: number[]): void;
  doubles(into: number[]): void;
}

export const notOnnx = (why: string): PlanError => new PlanError('CS0650', `not an ONNX model: ${why}`, ['a model is the `.onnx` file that a framework exports, with its weights inside']);

const MOST_TEXT = 512;

/**
 * Reads a message field by field. `fields` has what to do with a field by its number, or `ignored`; one that is not there is refused, because
 * what it means is not known. Lengths are checked by the reader before anything is made of them.
 */
export function readFields(bytes: Uint8Array, message: string, fields: Readonly<Record<number, ((field: Field) => void) | 'ignored'>>): void {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      const use = fields[number];
      if (use === undefined) throw notOnnx(`field ${number} of a ${message} is not known`);
      if (use === 'ignored') reader.skip(type, number);
      else {
        const end = reader.pos;
        use(fieldOf(reader, type, `field ${number} of a ${message}`));
        if (reader.pos === end && type !== WireType.LengthDelimited) throw notOnnx(`field ${number} of a ${message} was not read`);
      }
    }
  } catch (error) {
    // The reader's own errors are of types of its choice, and say where it was, not what it read.
    if (error instanceof PlanError) throw error;
    throw notOnnx(`a ${message} ends early or is malformed`);
  }
}

function fieldOf(reader: BinaryReader, type: WireType, name: string): Field {
  const expect = (wanted: WireType): void => {
    if (type !== wanted) throw notOnnx(`${name} has another type`);
  };
  const bytes = (): Uint8Array => {
    expect(WireType.LengthDelimited);
    return reader.bytes();
  };
  const integer = (from: BinaryReader): number => {
    const value = Number(from.int64());
    if (!Number.isSafeInteger(value)) throw notOnnx(`${name} is beyond 2^53`);
    return value;
  };
  const repeated = (into: number[], single: WireType, next: (from: BinaryReader) => number): void => {
    if (type === single) into.push(next(reader));
    else {
      const packed = new BinaryReader(bytes());
      while (packed.pos < packed.len) into.push(next(packed));
    }
  };
  return {
    integer: () => {
      expect(WireType.Varint);
      return integer(reader);
    },
    float: () => {
      expect(WireType.Bit32);
      return reader.float();
    },
    text: () => {
      const raw = bytes();
      if (raw.length > MOST_TEXT) throw notOnnx(`${name} is longer than ${MOST_TEXT} bytes`);
      return new TextDecoder('utf-8', { fatal: true }).decode(raw);
    },
    bytes,
    integers: (into) => repeated(into, WireType.Varint, integer),
    floats: (into) => repeated(into, WireType.Bit32, (from) => from.float()),
    doubles: (into) => repeated(into, WireType.Bit64, (from) => from.double()),
  };
}
