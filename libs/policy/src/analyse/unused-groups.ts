import { otherNumber } from '../meaning/groups.js';
import { normalName } from '../names.js';
import { type Group, type Scope, type WrittenRule } from '../rules.js';
import { lineOf, type Check } from './looking.js';

/** Groups that no other sentence names. */
export const unusedGroups: Check = function* (looking) {
  const sentences = looking.policy.rules.map((written) => ({ written, words: ` ${normalName(written.source.sentence).replace(/[",.“”]/g, ' ').replace(/ +/g, ' ')} ` }));
  for (const { written } of sentences) {
    const { rule } = written;
    if (rule.kind !== 'group') continue;
    const names = [rule.name, otherNumber(rule.name)].map((name) => ` ${normalName(name)} `);
    if (sentences.some((other) => other.written !== written && names.some((name) => other.words.includes(name)))) continue;
    const spelled = looking.policy.rules.find((other) => listsTheSame(other, rule));
    const example = looking.first(scopeOf(rule), () => true);
    yield {
      code: 'CS0264', severity: 'note', rules: [looking.cite(written, 'is never named'), ...(spelled === undefined ? [] : [looking.cite(spelled, 'lists its members one by one')])],
      message: `no other sentence names the group \`${rule.name}\``,
      help: [spelled === undefined ? 'take it out, or name it where its members are meant' : `${lineOf(spelled)} lists its members: name the group there, so that both change together`],
      ...(typeof example === 'object' ? { example: looking.example(example, 'the decision on this request is the same without the sentence') } : {}),
    };
  }
};

const scopeOf = ({ of, members }: Group): Scope => (of === 'nodes' ? { who: members } : of === 'programs' ? { programs: members } : { data: members.map((dataset) => ({ dataset })) });

function listsTheSame({ rule }: WrittenRule, { of, members }: Group): boolean {
  if (!('scope' in rule) || members.length < 2) return false;
  const { who, programs, data } = rule.scope;
  const listed = of === 'nodes' ? who : of === 'programs' ? programs : data?.map((selector) => ('dataset' in selector ? selector.dataset : ''));
  return JSON.stringify(listed) === JSON.stringify(members);
}
