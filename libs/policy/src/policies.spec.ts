import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { compile } from './compile.js';
import { formatDiagnostic } from './format-diagnostic.js';
import { explain } from './render/render.js';
import { type PolicyRegistry } from './types.js';

const folder = fileURLToPath(new URL('../../../policies/', import.meta.url));
const policiesIn = (path: string): readonly string[] => readdirSync(folder + path).filter((name) => name.endsWith('.policy')).map((name) => name.slice(0, -'.policy'.length));
const read = (path: string): string => readFileSync(folder + path, 'utf8');
const registryOf = (path: string): PolicyRegistry => parse(read(`${path}.registry.yaml`)) as PolicyRegistry;

describe('the example policies', () => {
  test.each(policiesIn(''))('%s.policy compiles without a warning, and reads back as itself', (name) => {
    const registry = registryOf(name);
    const compiled = compile(read(`${name}.policy`), registry, `${name}.policy`);
    expect(compiled.ok ? compiled.warnings : compiled.diagnostics).toEqual([]);
    if (!compiled.ok) return;
    const { policy } = compiled;
    expect(explain(policy)).toHaveLength(policy.rules.length);
  });
});

describe('the bad policies', () => {
  test.each(policiesIn('bad/'))('bad/%s.policy gets the diagnostics written beside it', (name) => {
    const source = read(`bad/${name}.policy`);
    const compiled = compile(source, registryOf('bad/bad'), `${name}.policy`);
    const text = (compiled.ok ? [] : compiled.diagnostics).map((diagnostic) => `${formatDiagnostic(diagnostic, source, { colour: false })}\n`).join('\n');
    const expected = `bad/${name}.expected.txt`;
    if (process.env.UPDATE_EXPECTED === '1') writeFileSync(folder + expected, text);
    expect(text).toBe(read(expected));
  });
});
