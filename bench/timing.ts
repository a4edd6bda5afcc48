/**
 * Does a kernel's time depend on its operands? Welch's t-test on two classes of measurements, one with fixed operands and one with random
 * ones, interleaved at random (Reparaz, Balasch, Verbauwhede: Dude, is my code constant time?, DATE 2017). A |t| above 4.5 says that the
 * classes differ; below, that this many measurements on this machine show nothing. A control that does leak shows that it would be seen, and controls whose
 * classes are the same show what the machine and the harness make of nothing.
 *
 * A class may differ in more than its operands: in what the compiler and the branch predictor learnt from it, and in where it lies. So both warm up alike, both are copied from one buffer to
 * one place, and the whole is done in rounds, each in fresh memory: what comes from a layout changes its sign from round to round, what comes from operands does not.
 */
import { type BenchRow } from './row.js';
import { measure } from './timing/measure.js';
import { controls } from './timing/subjects/controls.js';
import { latticeSubjects } from './timing/subjects/lattice.js';
import { mlKemSubjects } from './timing/subjects/ml-kem.js';
import { sharingSubjects } from './timing/subjects/sharing.js';
import { transferSubjects } from './timing/subjects/transfers.js';

/** |t| of each kernel, in how many rounds the random operands were the slower ones, and how far the means are apart; nothing is asserted. */
export function run(): Promise<readonly BenchRow[]> {
  return Promise.resolve([...sharingSubjects, ...transferSubjects, ...latticeSubjects, ...mlKemSubjects, ...controls].flatMap((subject) => {
    const { t, slower, rounds, nanoseconds } = measure(subject);
    return [
      { name: `${subject.name}: fixed against random`, value: Math.abs(t), unit: '|t|' },
      { name: `${subject.name}: random ones slower`, value: slower, unit: `of ${rounds} rounds` },
      { name: `${subject.name}: difference of the means`, value: Math.abs(nanoseconds), unit: 'ns' },
    ];
  }));
}
