import { type SuiteName } from '../plan.js';

/** What a party computes a second of each kind of work. */
interface SuiteRates {
  /** Products of shared words. */
  readonly products: number;
  /** Multiplications within products of matrices. */
  readonly matrixProducts: number;
  /** ANDs of 64 bits. */
  readonly andWords: number;
}

/**
 * Measured on two virtual cores (AMD EPYC) that all parties shared: two of `additive-z64`, three of the others (bench/results: engine, replicated,
 * shamir, mpc, lattice; rounded). They serve estimates, and nothing rests on them.
 */
export const RATES: Readonly<Record<SuiteName, SuiteRates>> = {
  'additive-z64': { products: 5.5e6, matrixProducts: 3e8, andWords: 3e6 },
  'replicated-z64': { products: 2e7, matrixProducts: 1e9, andWords: 1.7e7 },
  'shamir-p61': { products: 1.4e7, matrixProducts: 3.5e8, andWords: 1.6e6 },
};

/** Words that local instructions write. */
export const localWordsRate = 7e7;

/** What two parties make a second for each other. */
export const DEALING_RATES = {
  triples: { transfers: 1.5e5, lattices: 8e5 },
  /** Multiplications within matrix triples. */
  matrixProducts: { transfers: 5e5, lattices: 3e7 },
  andWords: 2e5,
  daBits: 4e6,
} as const;
/** Base transfers and tables, for each pair. */
export const dealingSetUpSeconds = 0.05;

/** Rows of both tables of a join. */
export const joinRowsRate = 2e5;

/** Random bits of Shamir sharing. */
export const shamirBitsRate = 6e6;

/** A round's own work: sealing, system calls, waking up. */
export const roundSeconds = 1e-4;

/** From authorised to the first message: a job is offered and accepted, processes start, links shake hands. */
export const startSeconds = 0.8;
/** Round trips that this takes. */
export const startRoundTrips = 6;
