import { join } from 'node:path';
import usual from '../../jest.config.mjs';

const folder = import.meta.dirname;

export default {
  ...usual,
  rootDir: join(folder, '../..'),
  roots: ['<rootDir>/libs/mpc'],
  transform: { '^.+\\.ts$': [join(folder, 'transform.mjs')] },
  testTimeout: 30_000,
  setupFilesAfterEnv: [...(usual.setupFilesAfterEnv ?? []), join(folder, 'throws.mjs')],
};
