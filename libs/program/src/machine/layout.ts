import { type SuiteName } from '../plan.js';
import { type RegisterType } from './instructions.js';

const aligned = (bytes: number): number => Math.ceil(bytes / 16) * 16;

export const planeBytes = (laneBits: 1 | 8, lanes: number): number => (laneBits === 1 ? Math.ceil(lanes / 8) : lanes);

/** Bytes from one component of a register of words to the next. */
export const wordsStride = (length: number): number => aligned(8 * length);

/** The same of a register of bits. */
export const bitsStride = (laneBits: 1 | 8, planes: number, lanes: number): number => aligned(planes * planeBytes(laneBits, lanes));

/** What shares take in memory: the two numbers of a suite. */
export interface ShareLayout {
  readonly components: number;
  readonly laneBits: 1 | 8;
}

/** Bytes of a register, all components. Opened ones have one, with packed bits. */
export function registerBytes(type: RegisterType, { components, laneBits }: ShareLayout): number {
  switch (type.kind) {
    case 'words': return components * wordsStride(type.length);
    case 'bits': return components * bitsStride(laneBits, type.planes, type.lanes);
    case 'openWords': return wordsStride(type.length);
    case 'openBits': return bitsStride(1, type.planes, type.lanes);
  }
}

export const laneBitsOf = (type: RegisterType, { laneBits }: ShareLayout): 1 | 8 => (type.kind === 'bits' ? laneBits : 1);
export const componentsOf = (type: RegisterType, { components }: ShareLayout): number => (type.kind.startsWith('open') ? 1 : components);

/** Bytes of one plane of a register of bits. */
export const planeBytesOf = (type: RegisterType & { readonly lanes: number }, layout: ShareLayout): number => planeBytes(laneBitsOf(type, layout), type.lanes);

/** What shares of each suite take in memory. */
export const LAYOUTS: Readonly<Record<SuiteName, ShareLayout>> = {
  'additive-z64': { components: 1, laneBits: 1 },
  'replicated-z64': { components: 2, laneBits: 1 },
  'shamir-p61': { components: 1, laneBits: 8 },
};
