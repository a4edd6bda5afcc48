import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems hand out by themselves (Linux: from 32768). */
const [FIRST, LAST] = [16_000, 31_999];
const STRIDE = 8;
const given = new Set<number>();

/**
 * A port that stays free until it is used, and between its uses: no connection of another process is given it, as happens to ports that the
 * system chose and that were closed again. Spec files that run side by side draw from sets that do not meet.
 */
export async function freePort(): Promise<number> {
  const own = Number(process.env.JEST_WORKER_ID ?? 0) % STRIDE;
  for (let tries = 0; tries < 200; tries++) {
    const port = FIRST + STRIDE * randomInt(Math.floor((LAST - FIRST + 1) / STRIDE)) + own;
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port from ${FIRST} to ${LAST}`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
