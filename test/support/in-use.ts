import { afterEach } from '@jest/globals';

/** Keeps what a test starts and stops it after the test, the last first, so that a failing one leaves nothing behind. Called once in a spec file. */
export function stoppedAfterEach(): { use<T extends { stop(): unknown }>(thing: T): T; stopNewest(): Promise<void> } {
  const started: { stop(): unknown }[] = [];
  const stopNewest = async (): Promise<void> => {
    await started.shift()?.stop();
  };
  afterEach(async () => {
    while (started.length > 0) await stopNewest();
  });
  return {
    use: (thing) => {
      started.unshift(thing);
      return thing;
    },
    stopNewest,
  };
}
