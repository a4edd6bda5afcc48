export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testRegex: '\\.(spec|e2e-spec)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { configFile: '.swcrc' }] },
  moduleNameMapper: {
    '^#pqc/(links|portable)$': '<rootDir>/libs/pqc/src/$1.ts',
    '^#program/plans$': '<rootDir>/libs/program/src/plans.ts',
    '^#(contract|kernels|mpc|policy|pqc|program|testing|tlog|verify)$': '<rootDir>/libs/$1/src/index.ts',
    '^fast-check$': '<rootDir>/test/support/fast-check.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  maxWorkers: 2,
  // Of what waits for processes on a busy machine as well: specs say so only where they need more.
  testTimeout: 240_000,
};
