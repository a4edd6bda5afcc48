import { compile } from './compile.js';
import { render } from './render/render.js';
import { type Rule } from './rules.js';
import { GROUPS, registry, SENTENCES } from './testing/canonical.js';
import { mutantsOf } from './testing/mutants.js';
import { readingOf } from './testing/reader.js';

const DEFINED = [...GROUPS].map(([name, members]) => `Define ${name} as ${members.slice(0, -1).join(', ')} and ${members.at(-1)}.\n`).join('');
const reading = (sentence: string): readonly string[] => readingOf(sentence, registry, GROUPS);

/** The rule of a sentence that stands after the definitions of the groups, or what is wrong with it. */
function ruleOf(sentence: string): Rule | Extract<ReturnType<typeof compile>, { ok: false }>['diagnostics'] {
  const compiled = compile(DEFINED + sentence, registry);
  return compiled.ok ? compiled.policy.rules[GROUPS.size].rule : compiled.diagnostics;
}
function readable(sentence: string): Rule {
  const rule = ruleOf(sentence);
  if ('kind' in rule) return rule;
  throw new Error(`${sentence} ${rule[0].message}`);
}

describe('a reader who knows no grammar', () => {
  test.each(SENTENCES.flat())('takes from the sentence what its rule says: %s', (sentence) => {
    expect(reading(sentence)).toEqual(reading(render(readable(sentence))));
  });

  test('notices each single thing that is changed in a rule', () => {
    const sentences = SENTENCES.flat();
    let changed = 0;
    for (const sentence of sentences) {
      const rule = readable(sentence);
      for (const other of changesOf(rule)) {
        expect({ sentence, other: render(other), reading: reading(render(other)) }).not.toEqual({ sentence, other: render(other), reading: reading(sentence) });
        changed++;
      }
    }
    expect(changed).toBeGreaterThan(sentences.length);
  });
});

/** The rule with one thing less, or another one. */
function changesOf(rule: Rule): readonly Rule[] {
  const found: Rule[] = [];
  if ('scope' in rule) for (const key of Object.keys(rule.scope)) found.push({ ...rule, scope: { ...rule.scope, [key]: undefined } } as Rule);
  if (rule.kind === 'permit') {
    found.push({ kind: 'forbid', scope: rule.scope });
    if (rule.when !== undefined) found.push({ ...rule, when: undefined, binding: undefined }, { ...rule, ...(rule.binding === true ? { binding: undefined } : { binding: true }) });
  }
  if (rule.kind === 'forbid') {
    found.push({ kind: 'permit', scope: rule.scope });
    if (rule.unless !== undefined) found.push({ ...rule, unless: undefined });
  }
  if (rule.kind === 'pause' && rule.until !== undefined) found.push({ ...rule, until: undefined });
  for (const [key, value] of Object.entries(rule)) if (typeof value === 'number') found.push({ ...rule, [key]: value + 1 });
  if (rule.kind === 'require' && rule.must.length > 1) found.push({ ...rule, must: rule.must.slice(1) }, { ...rule, must: rule.must.slice(0, -1) });
  return found;
}

test('a sentence with one word changed is refused within it, or means what a reader takes from it', () => {
  const seen = { refused: 0, compiled: 0 };
  const misread: string[] = [];
  for (const mutant of mutantsOf(SENTENCES)) {
    const rule = ruleOf(mutant);
    if ('kind' in rule) {
      seen.compiled++;
      const said = render(rule);
      if (reading(mutant).join() !== reading(said).join()) misread.push(`${mutant}\n  ${said}\n  ${reading(mutant).join(' | ')}\n  ${reading(said).join(' | ')}`);
      continue;
    }
    seen.refused++;
    for (const { span: { start, end }, message } of rule) {
      const isInside = start.offset >= DEFINED.length && start.offset <= end.offset && end.offset <= DEFINED.length + mutant.length;
      if (!isInside || message === '' || message.includes('\n')) misread.push(`${mutant}\n  ${start.offset} ${end.offset} ${message}`);
    }
  }
  expect(misread).toEqual([]);
  expect(Math.min(seen.refused, seen.compiled)).toBeGreaterThan(200);
});
