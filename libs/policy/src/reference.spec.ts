import { readFileSync } from 'node:fs';
import { compile } from './compile.js';
import { registry } from './testing/consortium.js';

const text = readFileSync(new URL('../../../docs/reference/policy-language.md', import.meta.url), 'utf8');
const HOSPITALS = 'Define Hospitals as St Mary, Riverside and Lakeview.\n';
const codesOf = (source: string): string[] => {
  const compiled = compile(source.includes('Define Hospitals') ? source : HOSPITALS + source, registry);
  return compiled.ok ? compiled.warnings.map(({ code }) => code) : compiled.diagnostics.map(({ code }) => code);
};

describe('the reference of the language', () => {
  const examples = [...text.matchAll(/^```policy\n(.*?)^```/gms)].map(([, source]) => source);
  test.each(examples)('shows sentences that compile: %j', (source) => {
    expect(codesOf(source)).toEqual([]);
  });

  const refusals = [...text.matchAll(/^\| `(.*)` \| (CS\d{4}) \|/gm)].map(([, sentence, code]) => [sentence, code]);
  test.each(refusals)('says that `%s` is refused with %s', (sentence, code) => {
    expect(codesOf(sentence)).toEqual([code]);
  });

  test('has examples of both', () => {
    expect(examples.length).toBeGreaterThan(6);
    expect(refusals.length).toBeGreaterThan(20);
  });
});
