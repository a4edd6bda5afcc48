import { type RoundShape, packedBytes } from '../round-shape.js';
import { seedBytes } from '../transfers/blocks.js';
import { type SuiteRules, sum } from './scene.js';

/** The three parties, and who sends to whom (libs/mpc/src/sharing/replicated/protocol.ts). */
export const replicatedParties = 3;
export const nextOf = (party: number): number => (party + 1) % replicatedParties;
export const previousOf = (party: number): number => (party + 2) % replicatedParties;

/** A seed for the pair and a part of the common one to the previous party, the latter alone to the next. */
export const replicatedSetUpBytes = { previous: 2 * seedBytes, next: seedBytes } as const;

/** What of an operation goes to the previous party. */
export function replicatedBytes(shape: RoundShape): number {
  switch (shape.op) {
    case 'multiply': case 'openWords': return 8 * shape.length;
    case 'matmul': return 8 * shape.rows * shape.columns;
    case 'and': case 'openBits': return shape.planes * packedBytes(shape.lanes);
  }
}

export const replicated: SuiteRules = {
  prepare: ({ everybody, send }) => {
    for (const party of everybody) {
      send(party, previousOf(party), 'setUp', replicatedSetUpBytes.previous);
      send(party, nextOf(party), 'setUp', replicatedSetUpBytes.next);
    }
    return { setUp: 1 };
  },
  input({ everybody, inputs, send }) {
    for (const party of everybody) send(party, previousOf(party), 'inputs', inputs[party]! > 0 ? 8 * inputs[party]! : undefined);
    return 1;
  },
  round({ everybody, send }, shapes, phase) {
    const bytes = sum(shapes.map(replicatedBytes));
    for (const party of everybody) send(party, previousOf(party), phase, bytes);
    return 1;
  },
  open({ everybody, outputs, to, send }) {
    for (const party of everybody) send(party, previousOf(party), 'opening', to.includes(previousOf(party)) ? 8 * outputs : undefined);
    return 1;
  },
};
