import { type RoundShape, packedBytes } from '../round-shape.js';
import { seedBytes } from '../transfers/blocks.js';
import { type SuiteRules, eachPair, sum } from './scene.js';

/** A seed, for a share of all that its owner puts in (libs/mpc/src/sharing/additive/protocol.ts). */
export const additiveInputBytes = seedBytes;

/** Words of a message that hold so many bits. */
export const wordsOfBits = (planes: number, lanes: number): number => Math.ceil((planes * packedBytes(lanes)) / 8);

/** Words of each party's message to every other for one operation: both masked factors, or the share that is opened; a left factor once for a series. */
export function additiveWords(shape: RoundShape): number {
  switch (shape.op) {
    case 'multiply': return 2 * shape.length;
    case 'matmul': return (shape.series?.from ? 0 : shape.rows * shape.inner) + shape.inner * shape.columns;
    case 'and': return 2 * wordsOfBits(shape.planes, shape.lanes);
    case 'openWords': return shape.length;
    case 'openBits': return wordsOfBits(shape.planes, shape.lanes);
  }
}

export const additive: SuiteRules = {
  prepare: () => ({}),
  input(scene) {
    eachPair(scene, (from, to) => scene.send(from, to, 'inputs', scene.inputs[from]! > 0 ? additiveInputBytes : undefined));
    return 1;
  },
  round(scene, shapes, phase) {
    const bytes = 8 * sum(shapes.map(additiveWords));
    eachPair(scene, (from, to) => scene.send(from, to, phase, bytes));
    return 1;
  },
  open(scene) {
    eachPair(scene, (from, to) => scene.send(from, to, 'opening', scene.to.includes(to) ? 8 * scene.outputs : undefined));
    return 1;
  },
};
