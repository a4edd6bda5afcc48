import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../apps/cli/src/root.js';

/** As `| head -1` does: whoever reads stops after the first piece. */
it('a command whose output nobody reads to the end ends as if it were read, and says nothing of it', async () => {
  const child = spawn(process.execPath, [join(ROOT, 'bin/countersign.mjs'), 'program', 'list', '--json', '--quiet'], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } });
  let complaint = '';
  child.stderr.on('data', (chunk) => void (complaint += String(chunk)));
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, complaint: complaint.replace(/^building Countersign.*\n/, '') }).toEqual({ code: 0, complaint: '' });
});
