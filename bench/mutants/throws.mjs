import { expect } from '@jest/globals';
import { appendFileSync } from 'node:fs';

/** Of a run that records: which test first reached which place. Of one that mutates: nothing is thrown at one place. */
const { COUNTERSIGN_MUTANT: mutant, COUNTERSIGN_REACHED: reached } = process.env;
const seen = new Set();

globalThis.__throws = (place) => {
  if (reached) {
    const { currentTestName: test = '', testPath: spec } = expect.getState();
    const key = `${place}\0${test}`;
    if (!seen.has(key)) appendFileSync(reached, `${JSON.stringify({ place, spec, test })}\n`);
    seen.add(key);
  }
  return place !== mutant;
};
