// Builds what is out of date: the policy parser (Peggy), the kernels (AssemblyScript), then TypeScript.
// Prints nothing when there is nothing to do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const stamp = join(root, 'dist', '.stamp');
const sources = ['apps', 'libs', 'migrations', 'bench', 'bin/build.mjs', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return /\.spec\.ts$/.test(path) ? 0 : stat.mtimeMs;
  if (/\/(generated|results|node_modules)$/.test(path)) return 0;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}

const upToDate = (target, from) => existsSync(target) && statSync(target).mtimeMs >= Math.max(...from.map((f) => newest(join(root, f))));

function run(what, module, args) {
  const done = spawnSync(process.execPath, [module, ...args], { cwd: root, encoding: 'utf8' });
  if (done.status !== 0) {
    process.stderr.write(`${done.stdout}${done.stderr}\nbuild: ${what} failed\n`);
    process.exit(1);
  }
  return done.stdout;
}

async function buildParser() {
  const grammar = 'libs/policy/src/grammar.peggy';
  const target = join(root, 'libs/policy/src/generated/parser.ts');
  if (!existsSync(join(root, grammar)) || upToDate(target, [grammar])) return;
  const { default: peggy } = await import('peggy');
  const code = peggy.generate(readFileSync(join(root, grammar), 'utf8'), {
    output: 'source', format: 'es', cache: true, grammarSource: grammar,
    allowedStartRules: ['Policy'],
  });
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `// @ts-nocheck\n/* eslint-disable */\n// Generated from ${grammar}.\n${code}`);
}

function buildKernels() {
  const entry = 'libs/kernels/assembly/index.ts';
  const target = join(root, 'libs/kernels/src/generated/kernels.ts');
  if (!existsSync(join(root, entry)) || upToDate(target, ['libs/kernels/assembly'])) return;
  mkdirSync(dirname(target), { recursive: true });
  const wasm = join(dirname(target), 'kernels.wasm');
  // Tables lie in the first 1,024 bytes, which `KernelMemory` leaves to the compiler.
  run('the kernels', join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js'), [
    entry, '-o', wasm, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--memoryBase', '64',
  ]);
  writeFileSync(target, `// Generated from libs/kernels/assembly.\nexport const kernelsWasmBase64 =\n  '${readFileSync(wasm).toString('base64')}';\n`);
}

if (!upToDate(stamp, sources)) {
  process.stderr.write('building Countersign, which takes up to a minute after a change of its sources …\n');
  await buildParser();
  buildKernels();
  run('TypeScript', require.resolve('typescript/lib/tsc.js'), ['-p', 'tsconfig.build.json']);
  writeFileSync(stamp, '');
}
