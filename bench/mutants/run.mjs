/**
 * Removes one abort of the protocols after the other, and sees whether a spec notices.
 *
 *     npm run mutants -- reach <folder of libs/mpc/src> …     which tests come to which `throw`; adds to what is known
 *     npm run mutants -- try [<folder> …]                     each of them left out in turn, under the tests that come to it
 *     npm run mutants -- table                                bench/results/mutants.md
 *     npm run mutants -- forget                               what was reached and tried
 *
 * Nobody else's run is disturbed: sources are altered as they are loaded and stay as they are on disk. A mutant has 100 seconds and a test 30; one that is not done by then is noticed, as
 * a session that does not end is.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SOURCES, sites } from './sites.mjs';

const ROOT = join(import.meta.dirname, '../..');
const STATE = join(ROOT, 'node_modules/.cache/mutants');
const REACHED = join(STATE, 'reached.jsonl');
const RESULTS = join(STATE, 'results.json');
const TABLE = join(ROOT, 'bench/results/mutants.md');
const MOST_MS = 100_000;
/** Whole sessions of every operator and of large tensors: what they come to, quicker specs do too. */
const SLOW = ['prediction.spec', 'large.spec', 'statistics.spec', 'own-work.spec', 'own/time.spec', 'machine.spec', 'inference.spec'];
/** Tests under which a mutant is tried before it counts as unnoticed. */
const MOST_TESTS = 12;

/** Which no spec can come to, and why. */
const OUT_OF_REACH = {
  'engine/own/compute.ts throw error;': 'of the two in this file the one in `waitFor`: nothing but its signal ends a wait early, and that has thrown in the line before',
  'SHAKE-128 gave too few coefficients': 'no seed for it can be found: fewer than 768 of 1,232 candidates are below q once in 2^170 seeds',
};

mkdirSync(STATE, { recursive: true });
const jest = (args, environment, timeout) => spawnSync(process.execPath, [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', join(import.meta.dirname, 'jest.config.mjs'), ...args], {
  cwd: ROOT, encoding: 'utf8', timeout, killSignal: 'SIGKILL', env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', ...environment },
});
const known = () => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {});
const reached = () => (existsSync(REACHED) ? readFileSync(REACHED, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : []);

function reach(folders) {
  for (const folder of folders) {
    // A spec that is named is run however slow it is.
    const ignored = folder.includes('.spec') ? [] : ['--testPathIgnorePatterns', ...SLOW];
    const { status, stderr } = jest([join(ROOT, SOURCES, folder), ...ignored], { COUNTERSIGN_REACHED: REACHED });
    if (status !== 0) throw new Error(stderr.slice(-4000));
    console.log(`${folder}: ${new Set(reached().map(({ place }) => place)).size} places of ${sites(ROOT).length} are reached`);
  }
}

const escaped = (name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
const folderOf = (path) => path.slice(0, path.lastIndexOf('/'));

/** Tests of the place's own folder first. */
function testsFor(place, all) {
  const of = all.filter((each) => each.place === place && each.test !== '').map(({ spec, test }) => ({ spec: relative(ROOT, spec), test }));
  const far = ({ spec }) => (folderOf(spec) === folderOf(place) ? 0 : folderOf(place).startsWith(folderOf(spec)) || spec.startsWith(folderOf(place)) ? 1 : 2);
  return of.sort((a, b) => far(a) - far(b)).slice(0, MOST_TESTS);
}

function attempt(place, all) {
  const tests = testsFor(place, all);
  if (tests.length === 0) return { noticed: false, by: 'no test comes here' };
  const specs = [...new Set(tests.map(({ spec }) => spec))];
  const { status, signal, stderr } = jest(['--bail', '--runTestsByPath', ...specs, '-t', `^(${tests.map(({ test }) => escaped(test)).join('|')})$`], { COUNTERSIGN_MUTANT: place }, MOST_MS);
  if (signal) return { noticed: true, by: `no end: ${specs[0]}` };
  if (status === 0) return { noticed: false, by: `${tests.length} tests come here and pass: ${specs.join(', ')}` };
  return { noticed: true, by: `${/FAIL (\S+)/.exec(stderr)?.[1]}: ${/● (.*)/.exec(stderr)?.[1]}` };
}

const fileOf = (place) => place.slice(0, place.lastIndexOf(':'));
/** Of a place whose line has moved too, where one alone in its file reads so. */
function resultOf(results, { place, text }) {
  if (results[place]?.text === text) return results[place];
  const alike = Object.entries(results).filter(([other, each]) => fileOf(other) === fileOf(place) && each.text === text);
  return alike.length === 1 ? alike[0][1] : undefined;
}

function tryAll(folders) {
  const all = reached();
  if (all.length === 0) throw new Error('no test is known to come to any place: `npm run mutants -- reach FOLDER` first');
  const wanted = sites(ROOT).filter(({ place }) => folders.length === 0 || folders.some((folder) => place.startsWith(join(SOURCES, folder))));
  for (const { place, text } of wanted) {
    const results = known();
    if (resultOf(results, { place, text })?.noticed && !process.env.COUNTERSIGN_AGAIN) continue;
    results[place] = { text, ...attempt(place, all) };
    writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`${results[place].noticed ? 'noticed  ' : 'UNNOTICED'} ${place}  ${text}\n          ${results[place].by}`);
  }
}

/** Without lines, which move. Results of places that are there no more are left out. */
function table() {
  const results = known();
  const rows = sites(ROOT).map((site) => ({ ...site, ...(resultOf(results, site) ?? { noticed: false, by: 'not tried' }) }));
  const cell = (value) => value.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const reason = ({ place, text }) => Object.entries(OUT_OF_REACH).find(([message]) => `${fileOf(place).slice(SOURCES.length + 1)} ${text}`.includes(message))?.[1];
  const lines = rows.map((row) => ({ ...row, by: row.noticed ? row.by : reason(row) ?? row.by })).map(({ place, text, noticed, by }) => `| ${fileOf(place).slice(SOURCES.length + 1)} | \`${cell(text)}\` | ${noticed ? '' : '**no**: '}${cell(by)} |`);
  writeFileSync(TABLE, [
    '# Aborts that are removed', '', `${rows.length} places in \`${SOURCES}\` stop a protocol. Each was left out in turn; ${rows.filter(({ noticed }) => noticed).length} were noticed by a spec.`, '',
    'Made with `npm run mutants -- reach ahe channel correlations engine join machine ot sharing`, `npm run mutants -- try` and `npm run mutants -- table`.', '',
    '| place | what is removed | noticed by |', '| --- | --- | --- |', ...lines, '',
  ].join('\n'));
  console.log(`${rows.filter(({ noticed }) => noticed).length} of ${rows.length}`);
}

const [command, ...folders] = process.argv.slice(2);
if (command === 'forget') rmSync(STATE, { recursive: true, force: true });
else if (command === 'reach') reach(folders);
else if (command === 'try') tryAll(folders);
else if (command === 'table') table();
else throw new Error('reach, try, table or forget');
