import { ranges, seedBytes } from '../transfers/blocks.js';
import { aheSets } from './parameters.js';
import { answerBytes, ciphertextBytes } from './sizes.js';

/** Elements of a batch: the slots of a plaintext. */
export const slotCount = aheSets.slots[0].degree;
/** Batches that are under way at a time. */
export const batchesAhead = 4;

export const productsQueryBytes = (factors: number): number => seedBytes + factors * aheSets.slots.reduce((sum, set) => sum + ciphertextBytes(set), 0);
export const productsAnswerBytes = aheSets.slots.reduce((sum, set) => sum + answerBytes(set, set.degree), 0);

export const productBatches = (count: number): (readonly [number, number])[] => ranges(count, slotCount);
