import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../apps/control-plane/src/database/embedded-postgres.js';
import { freePort } from './support/free-port.js';

test('a port that somebody took before the server did is changed for another, and one that was asked for is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'));
  chmodSync(folder, 0o711);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port: taken } = other.address() as AddressInfo;
  try {
    await expect(startEmbeddedPostgres(join(folder, 'pg'), { port: taken })).rejects.toMatchObject({ code: 'CS0015' });
    const chosen = [taken, taken, await freePort()];
    const last = chosen[2];
    const server = await startEmbeddedPostgres(join(folder, 'pg'), { choosePort: () => Promise.resolve(chosen.shift()!) });
    expect([chosen, new URL(server.url('postgres')).port]).toEqual([[], String(last)]);
    await server.stop();
  } finally {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
