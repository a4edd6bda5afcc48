import { sortedNames } from '../meaning/lists.js';
import { type Resolver } from '../meaning/resolver.js';
import { name, named } from '../render/parts.js';
import { type Group } from '../rules.js';
import { type DefineNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const groupForm: SentenceForm<DefineNode, Group> = {
  node: 'define',
  rule: 'group',
  meaning: (names, node) => names.groups.get(names.groups.nameOf(names.unquoted(node.name))),
  render: (rule) => `Define ${name(rule.name)} as ${named(rule.members, 'and')}.`,
  apply: () => undefined,
};

const GROUPS = { node: 'nodes', program: 'programs', dataset: 'datasets' } as const;

/** A group of nodes, of programs or of datasets; a member may itself be a group. */
export function groupOf(names: Resolver, { name: written, members }: DefineNode): Group | undefined {
  const found = members.items.map((member) => names.resolve(member, ['node', 'program', 'dataset']));
  if (found.includes(undefined)) return undefined;
  const kinds = [...new Set(found.map((item) => (item?.kind === 'group' ? item.of : item?.kind)))];
  const [kind] = kinds;
  if (kinds.length > 1 || kind === undefined || kind === 'role') {
    const at = { start: members.items[0].start, end: members.items[members.items.length - 1].end };
    names.refusals.add('CS0233', names.place(at), `a group holds names of one kind, not ${kinds.map((k) => `${k}s`).join(' and ')}`, { help: ['define one group for each kind'] });
    return undefined;
  }
  const all = sortedNames(found.flatMap((item) => (item?.kind === 'group' ? item.members : [item?.name ?? ''])));
  return { kind: 'group', name: names.unquoted(written), of: GROUPS[kind], members: all };
}
