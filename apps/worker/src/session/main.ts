import { assertRuntime } from '#pqc/links';
import type { FromSession, ToSession } from './messages.js';
import { Session } from './session.js';

/**
 * A session process: runs one attempt and ends. It has no address of the control plane, no signing key but the link's, and lives no longer
 * than its worker. Everything is loaded before `warm`, so that a spare one can listen within milliseconds.
 */
assertRuntime();
if (!process.send) throw new Error('a session process is started by a worker');

let unsent = 0;
let leaving = false;
const leave = (): void => {
  leaving = true;
  if (unsent === 0 && process.connected) process.disconnect?.();
};
const send = (message: FromSession): void => {
  if (!process.connected) return;
  unsent += 1;
  process.send!(message, undefined, undefined, () => {
    unsent -= 1;
    if (leaving) leave();
  });
};
let session: Session | undefined;

async function obey(order: ToSession): Promise<void> {
  if (order.type === 'listen') {
    session = await Session.listen(order, send);
    void session.ended.then(leave);
  } else if (order.type === 'run') {
    await session?.run(order);
  } else if (order.type === 'open') {
    await session?.open(order);
  } else if (order.type === 'drawn') {
    session?.drawn(order);
  } else if (order.type === 'not-drawn') {
    session?.notDrawn(order);
  } else if (order.type === 'fill') {
    session?.fill(order);
  } else if (order.type === 'make') {
    session?.make(order.parts);
  } else if (order.type === 'stored') {
    session?.stored();
  } else if (session) {
    session.stop();
  } else {
    leave();
  }
}

process.on('message', (order: ToSession) => {
  obey(order).catch((error: unknown) => {
    const { code, message } = error as { code?: string; message: string };
    send({ type: 'aborted', code: /^CS\d{4}$/.test(code ?? '') ? code! : 'CS0734', reason: code?.startsWith('CS') ? message : 'the session process failed', sharesSent: false });
    leave();
  });
});
// Our bug, whose words could quote anything.
process.on('uncaughtException', () => {
  send({ type: 'aborted', code: 'CS0734', reason: 'the session process failed', sharesSent: true });
  leave();
});
// The worker is gone, or this process has said its last word: sockets are closed by the end of the process.
process.on('disconnect', () => process.exit());
// A terminal's interrupt reaches the whole group; the worker decides when a session stops.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
send({ type: 'warm' });
