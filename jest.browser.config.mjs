import base from './jest.config.mjs';

// Real Chromium (COUNTERSIGN_CHROMIUM or /usr/bin/chromium); apart from `npm test`, which needs nothing but Node.
export default { ...base, roots: ['<rootDir>/test'], testRegex: '\\.browser-spec\\.ts$', maxWorkers: 1 };
