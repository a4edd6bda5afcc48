import { createTransformer } from '@swc/jest';
import { relative } from 'node:path';
import { instrumented, isSource } from './sites.mjs';

const swc = createTransformer({ configFile: '.swcrc' });
const prepared = (text, path, { config: { rootDir } }) => (isSource(path) ? instrumented(relative(rootDir, path), text) : text);

/** Jest's usual transformation, of sources that ask before they throw. */
export default {
  canInstrument: false,
  getCacheKey: (text, path, options) => `throws ${swc.getCacheKey(prepared(text, path, options), path, options)}`,
  process: (text, path, options) => swc.process(prepared(text, path, options), path, options),
  processAsync: (text, path, options) => swc.processAsync(prepared(text, path, options), path, options),
};
