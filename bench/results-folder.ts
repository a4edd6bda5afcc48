import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where results are checked in, from where the built benchmarks lie. */
export const resultsFolder = join(dirname(fileURLToPath(import.meta.url)), '../../bench/results');
