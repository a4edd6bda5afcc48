import { type PolicyJob } from '../types.js';

type Input = PolicyJob['inputs'][number];

/** Up to so many inputs, every set of them is looked at. */
const MAX_EVERY_SET = 4;

function* subsets<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let chosen = 1; chosen < 2 ** items.length; chosen++) yield items.filter((_, i) => (chosen >> i) & 1);
}

/**
 * Sets of inputs that a request could have, the likely ones first: a dataset at all its owners, at some, and datasets together. All sets of a few
 * inputs; of many only those in which rules about owners, datasets and tags differ.
 */
export function inputSets(inputs: readonly Input[]): readonly (readonly Input[])[] {
  const datasets = [...Map.groupBy(inputs, ({ dataset }) => dataset).values()];
  const found = [...datasets, ...(inputs.length <= MAX_EVERY_SET ? subsets(inputs) : someSets(inputs, datasets))];
  return [...new Map(found.map((set) => [JSON.stringify([...set].sort((a, b) => inputs.indexOf(a) - inputs.indexOf(b))), set])).values()];
}

function* someSets(inputs: readonly Input[], datasets: readonly (readonly Input[])[]): Generator<readonly Input[]> {
  for (const owned of datasets) {
    yield* owned.map((one) => [one]);
    yield* owned.flatMap((one, i) => owned.slice(i + 1).map((other) => [one, other]));
    yield* owned.map((one) => owned.filter((other) => other !== one)).filter(({ length }) => length > 0);
    yield* Map.groupBy(owned, ({ tags }) => tags.toSorted().join()).values();
  }
  for (const [i, one] of datasets.entries()) for (const other of datasets.slice(i + 1)) yield [...one, ...other];
  yield inputs;
}

/** Up to so many nodes beside the owners, every set of them is looked at. */
const MAX_EVERY_PARTY = 4;

/** The parties that a request with these owners could have: at least two, the fewest first. */
export function partySets(owners: readonly string[], requester: string, named: readonly string[], nodes: readonly string[]): readonly (readonly string[])[] {
  const others = [...new Set([requester, ...named, ...nodes])].filter((node) => nodes.includes(node) && !owners.includes(node));
  const more = others.length <= MAX_EVERY_PARTY ? [[], ...subsets(others)].sort((a, b) => a.length - b.length) : [[], ...others.map((one) => [one]), others.filter((one) => one === requester || named.includes(one)), others];
  const sets = more.map((added) => [...owners, ...added]).filter(({ length }) => length > 1);
  return [...new Map(sets.map((set) => [set.join('\n'), set])).values()];
}
