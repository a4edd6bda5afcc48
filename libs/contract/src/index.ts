export * from './primitives.js';
export * from './job-state.js';
export * from './statements.js';
