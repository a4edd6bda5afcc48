import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What SECURITY.md says of constant time, held against the sources: a kernel that is not in its table, a division or BigInt that nobody looked at, is found here. */

const root = join(import.meta.dirname, '../../..');
const sourcesIn = (folder: string): string[] => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  .map((name) => join(folder, name).replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts') && !/\.spec\.ts$|\/testing\//.test(path)).sort();
/** Without comments. */
const codeOf = (path: string): string => readFileSync(join(root, path), 'utf8').replace(/\/\*[^]*?\*\//g, '').replace(/\/\/.*$/gm, '');
const section = readFileSync(join(root, 'SECURITY.md'), 'utf8').split('## Constant time')[1]!;

const kernels = sourcesIn('libs/kernels/assembly').filter((path) => !path.endsWith('/index.ts'));
const nameOf = (path: string): string => relative('libs/kernels/assembly', path).replaceAll('\\', '/');

it('every kernel is in the table, and everything in the table is there', () => {
  const [table] = section.split('| protocols');
  const named = [...table!.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)).filter((name) => name.endsWith('.ts')).sort();
  expect(named).toEqual(kernels.map(nameOf).sort());
});

it('every protocol in the table is there', () => {
  const [, table] = section.split('| protocols');
  const named = [...table!.matchAll(/^\| ((?:`[^`]+`(?:, )?)+) \|/gm)].flatMap(([, names]) => [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!));
  expect(named.length).toBeGreaterThan(15);
  const paths = new Set(['libs/mpc/src', 'apps/worker/src', 'libs/program/src'].flatMap((folder) => sourcesIn(folder)).flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
  expect(named.filter((name) => !paths.has(name) && !paths.has(`libs/mpc/src/${name}`))).toEqual([]);
});

it('no kernel divides but by what everybody knows', () => {
  // Each line was read: primes, scales, shapes and lengths.
  const divisions = kernels.map((path) => [nameOf(path), codeOf(path).split('\n').filter((line) => / [/%] /.test(line)).length] as const).filter(([, lines]) => lines > 0);
  expect(Object.fromEntries(divisions)).toEqual({ 'ml-kem/keccak.ts': 1, 'ml-kem/ntt.ts': 3, 'ml-kem/sample.ts': 1, 'ntt.ts': 8, 'residues.ts': 6 });
});

it('protocols work in BigInt on what everybody knows alone', () => {
  const withBigInt = sourcesIn('libs/mpc/src').filter((path) => /\bBigInt\b|\b\d[\d_]*n\b|Big(?:Uint|Int)64Array\.from\(/.test(codeOf(path).replaceAll('.fill(0n)', '')));
  expect(withBigInt).toEqual([
    'libs/mpc/src/ahe/answer.ts', 'libs/mpc/src/ahe/constants.ts', 'libs/mpc/src/ahe/ring.ts', 'libs/mpc/src/ahe/scheme.ts',
    'libs/mpc/src/correlations/lattice/products/mask.ts', 'libs/mpc/src/correlations/lattice/products/multiplier.ts', 'libs/mpc/src/machine/words.ts',
    'libs/mpc/src/sharing/shamir/exchange.ts', 'libs/mpc/src/sharing/shamir/polynomials.ts', 'libs/mpc/src/sharing/shamir/recovery.ts',
  ]);
});

/** What `bench timing` does not measure, and why: no operand of these is a secret that time may not tell, as the section says. */
const NOT_TIMED: Readonly<Record<string, string>> = {
  fillWords: 'a word and a length that the plan has',
  nttTables: 'powers of a root: constants of the scheme',
  bandStarts: 'hashes of keys, whose places in memory a join reads and writes',
  bandEliminate: 'the same: of its own rows, at the party that has them',
  bandSolve: 'the same',
};

it('the time of every kernel that is exported is measured, or there is a reason', () => {
  const exported = [...readFileSync(join(root, 'libs/kernels/assembly/index.ts'), 'utf8').matchAll(/export \{([^}]*)\}/g)].flatMap(([, names]) => names!.split(',').map((name) => name.trim()).filter(Boolean));
  expect(exported.length).toBeGreaterThan(80);
  const subjects = readdirSync(join(root, 'bench/timing/subjects')).map((name) => codeOf(join('bench/timing/subjects', name))).join('\n');
  const timed = new Set([...subjects.matchAll(/\bk\.(\w+)\(/g)].map(([, name]) => name!));
  expect(exported.filter((name) => !timed.has(name)).sort()).toEqual(Object.keys(NOT_TIMED).sort());
  expect(Object.keys(NOT_TIMED).filter((name) => !exported.includes(name))).toEqual([]);
});
