export type * from './types.js';
export type * from './rules.js';
export { compile, LANGUAGE_VERSION, type Compilation } from './compile.js';
export { decide } from './decide/decide.js';
export { explain } from './explain.js';
export { formatDiagnostic } from './format-diagnostic.js';
export { render } from './render.js';
