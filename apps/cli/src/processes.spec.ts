import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from './processes.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-processes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function module(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}
const start = (processes: Processes, name: string, text: string, readyWithinMs = 120_000) =>
  processes.start({ name, module: module(name, text), env: {}, logPath: join(folder, 'logs', `${name}.log`), readyWithinMs });
const isAlive = (pid: number | undefined): boolean => {
  try {
    return process.kill(pid as number, 0);
  } catch {
    return false;
  }
};
const READY = "process.send({ type: 'ready', port: 7 }); setInterval(() => {}, 1000);";

it('a process is ready when it says so, and ends when it is told to', async () => {
  const died: string[] = [];
  const processes = new Processes((name) => died.push(name));
  const { ready, process: child } = await start(processes, 'good', READY);
  expect(ready).toMatchObject({ port: 7 });
  await processes.stop();
  expect({ alive: isAlive(child.pid), died }).toEqual({ alive: false, died: [] });
});

it('a process that ends early is told with the end of its log', async () => {
  const processes = new Processes();
  await expect(start(processes, 'bad', "console.error('port is taken'); process.exit(3);")).rejects.toMatchObject({ code: 'CS0909', message: expect.stringContaining('exit 3'), details: { help: expect.arrayContaining(['  port is taken']) } });
  await processes.stop();
});

it('a process that is never ready is given up, and ended', async () => {
  const processes = new Processes();
  await expect(start(processes, 'silent', 'setInterval(() => {}, 1000);', 300)).rejects.toMatchObject({ code: 'CS0909', message: expect.stringContaining('not ready within 0.3 seconds') });
  await processes.stop();
});

it('a process that ends by itself is told', async () => {
  const ended = new Promise<string>((resolve) => {
    const processes = new Processes((name, code) => resolve(`${name} ${code}`));
    void start(processes, 'short', "process.send({ type: 'ready' }, () => process.exit(4));");
  });
  expect(await ended).toBe('short 4');
});

it('what is not built is named with what to do', async () => {
  await expect(new Processes().start({ name: 'worker', module: join(folder, 'none.js'), env: {}, logPath: join(folder, 'x.log'), readyWithinMs: 1 })).rejects.toMatchObject({ code: 'CS0909', details: { help: ['run `npm run build`'] } });
});
