import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse } from 'yaml';
import { compile } from '../compile.js';
import { render } from '../render/render.js';
import { registry } from '../testing/consortium.js';
import { rules, world } from '../testing/generated.js';
import { type PolicyRegistry } from '../types.js';
import { format } from './format.js';

const formatted = (source: string, names = registry): string => {
  const done = format(source, names);
  if (!done.ok) throw new Error(done.diagnostics.map(({ message }) => message).join('\n'));
  return done.text;
};
const digestOf = (source: string, names: PolicyRegistry): string => {
  const compiled = compile(source, names);
  return compiled.ok ? compiled.policy.digest : compiled.diagnostics.map(({ message }) => message).join('\n');
};

describe('the layout of a policy', () => {
  test.each<[string, string, string]>([
    ['a sentence begins with a capital and ends with a full stop', 'allow Node A only if Node B signs', 'Allow Node A only if Node B signs.\n'],
    ['blanks, tabs and line breaks inside a sentence are one space', 'Allow \t Node\n  A  to\r\ncompute .', 'Allow Node A to compute.\n'],
    ['words of the language are in lower case, names as registered, purposes as written', 'NEVER ALLOW node a TO Compute ON payroll FOR GDPR audits.', 'Never allow Node A to compute on Payroll for GDPR audits.\n'],
    ['commas stand behind a word and before a space', 'Allow Node A to run Mean ,Sum,and Fraud Overlap.', 'Allow Node A to run Mean, Sum, and Fraud Overlap.\n'],
    ['what has its own capitals keeps them', 'Every computation must start on mondays between 08:00 and 18:00 utc time.', 'Every computation must start on Mondays between 08:00 and 18:00 UTC time.\n'],
    ['each sentence has its line', 'Allow Node A to compute. Allow Node B to compute.', 'Allow Node A to compute.\nAllow Node B to compute.\n'],
    ['one blank line is kept, and none at the ends', '\n\nAllow Node A to compute.\n\n\n\nAllow Node B to compute.\n\n', 'Allow Node A to compute.\n\nAllow Node B to compute.\n'],
    ['comments stay where they are', '#head\n\n  # one\nAllow Node A to compute. # two\n# three', '#head\n\n# one\nAllow Node A to compute.  # two\n# three\n'],
    ['a comment inside a sentence ends its line there', 'Allow Node A # who\n # what\nto compute # end\n.', 'Allow Node A  # who\n  # what\n  to compute.  # end\n'],
    ['a full stop in a comment ends nothing', 'Allow Node A # i.e. the first\n to compute', 'Allow Node A  # i.e. the first\n  to compute.\n'],
    ['a group keeps the number that its author gave it', 'define Hospitals as St Mary and Riverside. allow any hospital to compute.', 'Define Hospitals as St Mary and Riverside.\nAllow any hospital to compute.\n'],
    ['curly quotes are straight', 'Allow “Node A” to compute.', 'Allow "Node A" to compute.\n'],
    ['nothing stays nothing', ' \n\n', ''],
  ])('%s', (_, source, expected) => {
    expect(formatted(source)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
    expect(digestOf(expected, registry)).toBe(digestOf(source, registry));
  });

  it('breaks lines before column 121 and indents what follows', () => {
    const lines = formatted(`Allow ${registry.nodes.join(', ').replace(/, ([^,]*)$/, ' and $1')} to run Readmission Count on Admissions if every data owner signs and either Node A or Node B signs.`).split('\n');
    expect(lines).toHaveLength(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines[1]).toMatch(/^ {2}\S/);
  });

  it('leaves the author’s capitals where a canonical one would turn a word into a name', () => {
    const days = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'];
    const names = { ...registry, nodes: [...registry.nodes, ...days] };
    const source = `every computation must start on  ${days.join(', ').toLowerCase().replace(/, ([^,]*)$/, ' or $1')} UTC time.`;
    expect(formatted(source, names)).toBe(source.replace('  ', ' ').concat('\n'));
  });

  it('refuses what does not compile, with its diagnostics', () => {
    expect(format('Allow Nodee A to compute.', registry, 'p.policy')).toMatchObject({ ok: false, diagnostics: [{ code: 'CS0214', span: { file: 'p.policy' } }] });
  });
});

const blank = fc.constantFrom(' ', ' ', ' ', '  ', '\n', '\t', '\r\n', '\n\n', ' # why. not\n', '\n # x, "y"\n  ');
/** The sentences of generated rules, written by somebody with no sense of layout. */
const untidy = fc.tuple(rules, fc.infiniteStream(blank), fc.infiniteStream(fc.boolean())).map(([from, blanks, capitals]) => {
  const next = <T>(stream: Iterator<T>): T => stream.next().value as T;
  return from.map((rule) => render(rule).replace(/"[^"]*"|[A-Za-z]+| /g, (part) => (part === ' ' ? next(blanks) : part.startsWith('"') || !next(capitals) ? part : part.toUpperCase()))).reduce((text, one) => `${text}${next(blanks)}${one}`, '');
});

test('formatting changes no meaning, and formatting twice changes nothing more', () => {
  let changed = 0;
  fc.assert(fc.property(untidy, (source) => {
    const once = formatted(source, world);
    if (once !== source) changed++;
    expect(formatted(once, world)).toBe(once);
    expect(digestOf(once, world)).toBe(digestOf(source, world));
    expect(once.match(/#[^\n]*/g) ?? []).toEqual((source.match(/#[^\n]*/g) ?? []).map((comment) => comment.trimEnd()));
  }), { numRuns: 300 });
  expect(changed).toBeGreaterThan(250);
});

const folder = fileURLToPath(new URL('../../../../policies/', import.meta.url));
test.each(readdirSync(folder).filter((name) => name.endsWith('.policy')))('%s is in this layout', (name) => {
  const source = readFileSync(folder + name, 'utf8');
  expect(formatted(source, parse(readFileSync(folder + name.replace('.policy', '.registry.yaml'), 'utf8')) as PolicyRegistry)).toBe(source);
});
