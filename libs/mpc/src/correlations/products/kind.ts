import { type KernelMemory } from '#kernels';
import { type ProductFlow } from './flow.js';

/** Offsets into the kernels' memory for `count` products; pads are the words of 64 transfers each. */
export interface SenderRegions {
  readonly pads0: number;
  readonly pads1: number;
  readonly x: number;
  readonly payload: number;
  readonly shares: number;
  readonly count: number;
}

export interface ReceiverRegions {
  readonly pads: number;
  readonly y: number;
  readonly payload: number;
  readonly shares: number;
  readonly count: number;
}

/** What a product of two words means, and how a transfer's pads share it. */
export interface ProductKind {
  readonly flow: ProductFlow;
  payloadBytes(count: number): number;
  /** Step 2 of the sender: writes the payload and the (zeroed) shares. */
  send(memory: KernelMemory, regions: SenderRegions): void;
  /** Step 2 of the receiver. */
  receive(memory: KernelMemory, regions: ReceiverRegions): void;
}
