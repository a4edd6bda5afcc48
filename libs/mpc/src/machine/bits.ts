import { type KernelMemory } from '#kernels';
import { type LocalInstruction } from '#program/plans';
import { packedPlanesToWords, wordsToPackedPlanes } from '../sharing/planes.js';
import { bitsStride, planeBytes } from '../sharing/suite.js';
import { type Place, lengthOf, matrixOf } from './located.js';
import { componentsOf, laneBitsOf, registerBytes } from './registers.js';

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** Local instructions on bits, each component alike. Returns whether it was one. */
export function runBits({ memory, suite, of }: Place, instruction: LocalInstruction): boolean {
  const { kernels, bytes } = memory;
  switch (instruction.op) {
    case 'xor': {
      const [target, left, right] = [of(instruction.out), of(instruction.left), of(instruction.right)];
      kernels.xorBytes(target.at, left.at, right.at, registerBytes(target.type, suite));
      return true;
    }
    case 'xorOpen':
    case 'andOpen': {
      const [target, left, right] = [of(instruction.out), of(instruction.left), of(instruction.right)];
      const { planes, lanes } = matrixOf(target.type);
      const stride = bitsStride(suite.laneBits, planes, lanes);
      const opened = suite.laneBits === 1 ? right.at : spread(memory, right.at, planes, lanes, instruction.op === 'andOpen' ? 255 : 1);
      for (let c = 0; c < suite.components; c++) {
        const [to, from] = [target.at + c * stride, left.at + c * stride];
        if (instruction.op === 'andOpen') kernels.andBytes(to, from, opened, stride);
        else if (suite.constants.includes(c)) kernels.xorBytes(to, from, opened, stride);
        else bytes.copyWithin(to, from, from + stride);
      }
      return true;
    }
    case 'not': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const { planes, lanes } = matrixOf(target.type);
      const laneBits = laneBitsOf(target.type, suite);
      const stride = bitsStride(laneBits, planes, lanes);
      const open = target.type.kind === 'openBits';
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        const [to, from] = [target.at + c * stride, source.at + c * stride];
        if (!open && !suite.constants.includes(c)) bytes.copyWithin(to, from, from + stride);
        else if (laneBits === 1) kernels.notBytes(to, from, stride);
        else {
          const ones = memory.take(stride);
          bytes.fill(1, ones, ones + stride);
          kernels.xorBytes(to, from, ones, stride);
        }
      }
      return true;
    }
    case 'planes': {
      const target = of(instruction.out);
      const { planes, lanes } = matrixOf(target.type);
      const laneBits = laneBitsOf(target.type, suite);
      const row = planeBytes(laneBits, lanes);
      const stride = bitsStride(laneBits, planes, lanes);
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        // Runs of neighbouring planes move together.
        for (let i = 0; i < planes; ) {
          const [value, plane] = instruction.from[i]!;
          let run = 1;
          const to = target.at + c * stride + i * row;
          if (plane < 0) bytes.fill(0, to, to + row);
          else {
            while (i + run < planes && instruction.from[i + run]![0] === value && instruction.from[i + run]![1] === plane + run) run += 1;
            const source = of(value);
            const from = source.at + c * bitsStride(laneBits, matrixOf(source.type).planes, lanes) + plane * row;
            bytes.copyWithin(to, from, from + run * row);
          }
          i += run;
        }
      }
      return true;
    }
    case 'lanes': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const { planes, lanes } = matrixOf(target.type);
      const { lanes: sourceLanes } = matrixOf(source.type);
      const laneBits = laneBitsOf(target.type, suite);
      const [row, sourceRow] = [planeBytes(laneBits, lanes), planeBytes(laneBits, sourceLanes)];
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        const [to, from] = [target.at + c * bitsStride(laneBits, planes, lanes), source.at + c * bitsStride(laneBits, planes, sourceLanes)];
        for (let plane = 0; plane < planes; plane++) {
          instruction.indices.forEach((index, lane) => {
            if (laneBits === 8) bytes[to + plane * row + lane] = bytes[from + plane * sourceRow + index]!;
            else {
              const bit = (bytes[from + plane * sourceRow + (index >> 3)]! >> (index & 7)) & 1;
              const at = to + plane * row + (lane >> 3);
              bytes[at] = (lane & 7) === 0 ? bit : bytes[at]! | (bit << (lane & 7));
            }
          });
        }
      }
      return true;
    }
    case 'openPlanes': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      wordsToPackedPlanes(memory, source.at, lengthOf(source.type), instruction.first, matrixOf(target.type).planes, target.at);
      return true;
    }
    case 'openToWords': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const { planes, lanes } = matrixOf(source.type);
      packedPlanesToWords(memory, source.at, planes, lanes, target.at);
      return true;
    }
    case 'addends': {
      const source = of(instruction.value);
      const targets = instruction.outs.map((out) => of(out));
      suite.addends!(memory, source.at, lengthOf(source.type), targets.map(({ at }) => at), matrixOf(targets[0]!.type).planes);
      return true;
    }
    case 'inject': {
      const source = of(instruction.value);
      const { planes, lanes } = matrixOf(source.type);
      suite.inject!(memory, source.at, planes, lanes, instruction.outs.map((out) => of(out).at));
      return true;
    }
    case 'daBits': {
      const [word, bit] = [of(instruction.word), of(instruction.bit)];
      const { planes, lanes } = matrixOf(bit.type);
      suite.daBits!(memory, planes, lanes, word.at, bit.at);
      return true;
    }
    default:
      return false;
  }
}

/** Packed planes as a byte per lane: 0, or `set` where the bit is 1. */
function spread(memory: KernelMemory, bits: number, planes: number, lanes: number, set: 1 | 255): number {
  const row = Math.ceil(lanes / 8);
  const target = memory.take(aligned(planes * lanes) + 128);
  const padded = Math.ceil(lanes / 128) * 128;
  const source = memory.take(padded / 8);
  const unpacked = memory.take(padded);
  for (let plane = 0; plane < planes; plane++) {
    memory.bytes.copyWithin(source, bits + plane * row, bits + (plane + 1) * row);
    memory.kernels.bitsToBytes(unpacked, source, padded);
    memory.bytes.copyWithin(target + plane * lanes, unpacked, unpacked + lanes);
  }
  if (set === 255) for (let i = target; i < target + planes * lanes; i++) memory.bytes[i] = -memory.bytes[i]!;
  return target;
}
