import { listed } from '../render/parts.js';
import { nearestName } from '../meaning/nearest-name.js';
import { type Scope, type WrittenRule } from '../rules.js';
import { type PolicyRegistry } from '../types.js';
import { Looking, type Check } from './looking.js';

const MOST_FOR_EXAMPLES = 4_000;

interface Names {
  readonly nodes: readonly string[];
  readonly programs: readonly string[];
  readonly datasets: readonly string[];
  readonly roles: readonly string[];
}

/** Sentences with names that are registered no longer, which can only be where a policy is older than the registry. */
export const namesGone: Check = function* (looking) {
  const { registry } = looking.known;
  for (const written of looking.policy.rules) {
    const gone = goneFrom(registry, namesIn(written));
    const all = Object.values(gone).flat();
    if (all.length === 0) continue;
    const { rule } = written;
    const isEmpty = rule.kind === 'group' && rule.members.every((member) => all.includes(member));
    const known = [...registry.nodes, ...registry.programs, ...registry.datasets.map(({ name }) => name), ...registry.roles.map(({ name }) => name)];
    const near = [...new Set(all.flatMap((name) => nearestName(name, known, (one) => one) ?? []))];
    yield {
      code: 'CS0265', severity: 'warning', rules: [looking.cite(written, isEmpty ? 'is a group of nobody' : 'names what is not registered')],
      message: isEmpty ? `nothing of this group is registered any more: ${listed(all.map((name) => `\`${name}\``), 'and')}` : `${listed(all.map((name) => `\`${name}\``), 'and')} ${all.length === 1 ? 'is' : 'are'} not registered any more`,
      help: [near.length > 0 ? `renamed? there ${near.length === 1 ? 'is' : 'are'} ${listed(near.map((name) => `\`${name}\``), 'and')}` : 'register it again, or take it out of the sentence'],
      ...exampleOf(looking, written, gone),
    };
  }
};

/** All names in a rule, whatever its kind, by the field that they stand in. */
function namesIn({ rule }: WrittenRule): Names {
  const found = { nodes: new Set<string>(), programs: new Set<string>(), datasets: new Set<string>(), roles: new Set<string>() };
  const fields: Readonly<Record<string, Set<string>>> = { who: found.nodes, nodes: found.nodes, node: found.nodes, at: found.nodes, receivers: found.nodes, programs: found.programs, dataset: found.datasets, role: found.roles };
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, field] of Object.entries(value)) {
      const texts = [field].flat().filter((item) => typeof item === 'string');
      // `receivers` may be the word `requester`.
      if (Array.isArray(field) || key !== 'receivers') for (const text of texts) fields[key]?.add(text);
      if (texts.length === 0) walk(field);
    }
  };
  walk(rule);
  if (rule.kind === 'group') for (const member of rule.members) found[rule.of].add(member);
  return Object.fromEntries(Object.entries(found).map(([kind, names]) => [kind, [...names]])) as unknown as Names;
}

const goneFrom = ({ nodes, programs, datasets, roles }: PolicyRegistry, names: Names): Names => ({
  nodes: names.nodes.filter((name) => !nodes.includes(name)),
  programs: names.programs.filter((name) => !programs.includes(name)),
  datasets: names.datasets.filter((name) => !datasets.some((dataset) => dataset.name === name)),
  roles: names.roles.filter((name) => !roles.some((role) => role.name === name)),
});

/** What the sentence speaks of, as if its names were still registered. */
function exampleOf({ policy, known }: Looking, { rule }: WrittenRule, gone: Names) {
  const { registry } = known;
  const nodes = [...registry.nodes, ...gone.nodes];
  const datasets = [...registry.datasets, ...gone.datasets.map((name) => ({ name, node: nodes[0], tags: [] }))];
  const past = new Looking(policy, { ...known, registry: { ...registry, nodes, programs: [...registry.programs, ...gone.programs], datasets } }, MOST_FOR_EXAMPLES);
  const scope: Scope = 'scope' in rule ? rule.scope : rule.kind !== 'group' ? {} : rule.of === 'nodes' ? { who: rule.members } : rule.of === 'programs' ? { programs: rule.members } : { data: rule.members.map((dataset) => ({ dataset })) };
  const found = past.first(scope, ({ job }) => [job.requester.node, job.program.name, ...job.parties, ...job.receivers, ...job.inputs.map(({ dataset }) => dataset)].some((name) => Object.values(gone).flat().includes(name)));
  const any = typeof found === 'object' ? found : past.first(scope, () => true);
  return typeof any === 'object' ? { example: past.exampleSigned(any, 'this is what the sentence speaks of, but nobody of that name can ask, compute, receive or sign') } : {};
}
