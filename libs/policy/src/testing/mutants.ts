import { GROUPS, registry } from './canonical.js';

const KEYWORDS = `allow never forbid may must not no only if unless until on with for from of by to and or either both every any at least most majority all each anyone sign signs result data tagged
  compute run except day hours per together other before after is in than within use be start the a requester without nobody banana`.split(/\s+/);
const VOCABULARY = [...KEYWORDS, 'Node B', 'Lakeview', 'Compliance', 'Mean', 'Payroll', 'Hospitals', '"Node C"', '0', '3', 'two', '50%', '1.5', '-1'];
/** Words that turn a sentence round, put in where there was none. */
const ADDED = ['not', 'never', 'only', 'no', 'or'];
/** Of the replacements, which are many, one in seven: other ones at each place. */
const THINNED = 7;

const NAMES = [...registry.nodes, ...registry.programs, ...registry.roles.map(({ name }) => name), ...registry.datasets.map(({ name }) => name), ...GROUPS.keys()].sort((a, b) => b.length - a.length);
const TOKEN = new RegExp(`"[^"]*"|(?:${NAMES.join('|')})\\b|[^\\s,"]+|,`, 'gi');

/** Sentences with one token left out, said twice, exchanged with the next, or replaced by another; those said first also with one put in. Each once. */
export function mutantsOf(sentences: readonly (readonly string[])[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (tokens: readonly string[]) => found.add(`${tokens.join(' ').replace(/ ,/g, ',')}.`);
  for (const [canonical, ...others] of sentences) {
    for (const sentence of [canonical, ...others]) {
      const tokens = sentence.replace(/\.$/, '').match(TOKEN) ?? [];
      tokens.forEach((token, i) => {
        add(tokens.toSpliced(i, 1));
        add(tokens.toSpliced(i, 0, token));
        if (i > 0) add(tokens.toSpliced(i - 1, 2, token, tokens[i - 1]));
        if (sentence !== canonical) return;
        VOCABULARY.forEach((word, v) => (v + i) % THINNED === 0 && add(tokens.toSpliced(i, 1, word)));
        for (const word of ADDED) add(tokens.toSpliced(i, 0, word));
      });
    }
  }
  return found;
}
