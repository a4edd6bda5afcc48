export type * from './types.js';
export type * from './rules.js';
export { compile, LANGUAGE_VERSION, type Compilation } from './compile.js';
export { decide } from './decide/decide.js';
export { format, type Formatted } from './format/format.js';
export { formatDiagnostic } from './format-diagnostic.js';
export { explain, render } from './render/render.js';
