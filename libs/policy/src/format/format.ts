import { compile, sentencesOf } from '../compile.js';
import { type Diagnostic, type PolicyRegistry } from '../types.js';
import { laidOut } from './layout.js';
import { type Spelling } from './words-of.js';

export type Formatted =
  | { readonly ok: true; readonly text: string; readonly changed: boolean }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * The policy in its one layout, with the author's own words: a sentence a line, broken before column 121, words of the language in lower case, names
 * as registered, comments and paragraphs where they were. The rules keep their digest. Refuses what does not compile, with its diagnostics.
 */
export function format(source: string, registry: PolicyRegistry, file = 'policy'): Formatted {
  const before = compile(source, registry, file);
  if (!before.ok) return before;
  for (const spelling of ['canonical', 'as written'] satisfies readonly Spelling[]) {
    const { sentences, names } = sentencesOf(source, registry);
    const text = laidOut(source, sentences, names, spelling);
    const after = compile(text, registry, file);
    // A capital can turn a word into a name of that spelling.
    if (after.ok && after.policy.digest === before.policy.digest) return { ok: true, text, changed: text !== source };
  }
  throw new Error('the layout of a policy would change its meaning');
}
