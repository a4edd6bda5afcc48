import fc from 'fast-check';
import { compile } from '../compile.js';
import { joined, MAX_DEPTH } from '../meaning/condition.js';
import { depthOf } from '../render/parts.js';
import { render } from '../render/render.js';
import { type CompiledPolicy, type Condition, type Rule, type Scope } from '../rules.js';
import { type PolicyFacts, type PolicyJob, type PolicyRegistry } from '../types.js';

/** A small world, so that generated rules and jobs often meet. */
export const NODES = ['Alder', 'Birch', 'Cedar'];
const DATASETS: PolicyRegistry['datasets'] = [
  { name: 'Loans', node: 'Alder', tags: ['credit'] },
  { name: 'Loans', node: 'Birch', tags: ['credit'] },
  { name: 'Claims', node: 'Cedar', tags: ['health', 'credit'] },
];
const PROGRAMS = ['Mean', 'Sum'];
const PURPOSES = ['research', 'fraud prevention'];
export const world: PolicyRegistry = { nodes: NODES, datasets: DATASETS, programs: PROGRAMS, roles: [{ name: 'Compliance', nodes: ['Alder'] }, { name: 'Legal', nodes: ['Birch'] }] };

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
const some = (names: readonly string[]) => fc.subarray([...names], { minLength: 1 }).map(sorted);
/** Mostly absent, so that scopes often match. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const often = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary });
const defined = <T extends object>(value: T): T => Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
const byJson = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const selector = fc.constantFrom({ dataset: 'Loans' }, { dataset: 'Claims' }, { tag: 'credit' }, { tag: 'health' });
const data = fc.uniqueArray(selector, { minLength: 1, maxLength: 3, selector: (s) => JSON.stringify(s) }).map((selectors) => selectors.sort(byJson));
const others = fc.record({ match: fc.constantFrom('all' as const, 'any' as const), nodes: some(NODES) }).map(({ match, nodes }) => ({ match: nodes.length === 1 ? ('all' as const) : match, nodes }));
const scope: fc.Arbitrary<Scope> = fc.record({ who: maybe(some(NODES)), programs: maybe(some(PROGRAMS)), data: maybe(data), with: maybe(others), purposes: maybe(some(PURPOSES)) }).map(defined);
const resultScope: fc.Arbitrary<Scope> = fc.record({ programs: maybe(some(PROGRAMS)), data: maybe(data), purposes: maybe(some(PURPOSES)) }).map(defined);

const nodeQuorum = some(NODES).chain((nodes) => fc.integer({ min: 1, max: nodes.length }).map((need): Condition => ({ quorum: { need, of: nodes.map((node) => ({ node })) } })));
const roleQuorum = fc.record({ role: fc.constantFrom('Compliance', 'Legal'), need: fc.constantFrom(1, 1, 2, 'every' as const, 'majority' as const) }).map(({ role, need }): Condition => ({ quorum: { need, of: [{ role }] } }));
const placeQuorum = fc.constantFrom<Condition>({ quorum: { need: 1, of: [{ role: 'Compliance', at: 'Alder' }] } }, { quorum: { need: 1, of: [{ role: 'Legal', at: 'Birch' }] } });
const ownerQuorum = fc.record({ owners: fc.constantFrom('all' as const, 'other' as const), need: fc.constantFrom(1, 2, 'every' as const, 'majority' as const) }).map(({ owners, need }): Condition => ({ quorum: { need, of: [{ owners }] } }));
const quorum = fc.oneof(nodeQuorum, nodeQuorum, roleQuorum, placeQuorum, ownerQuorum);
const condition: fc.Arbitrary<Condition> = fc
  .oneof(
  { weight: 4, arbitrary: quorum },
  { weight: 1, arbitrary: fc.array(quorum, { minLength: 2, maxLength: 3 }).map((items) => joined('and', items)) },
  { weight: 1, arbitrary: fc.array(quorum, { minLength: 2, maxLength: 3 }).map((items) => joined('or', items)) },
  { weight: 1, arbitrary: fc.tuple(quorum, fc.array(quorum, { minLength: 2, maxLength: 2 })).map(([first, either]) => joined('and', [first, joined('or', either)])) },
  { weight: 1, arbitrary: fc.array(fc.array(quorum, { minLength: 2, maxLength: 2 }), { minLength: 2, maxLength: 2 }).chain((pairs) => fc.constantFrom('and' as const, 'or' as const).map((inner) => joined(inner === 'and' ? 'or' : 'and', pairs.map((pair) => joined(inner, pair))))) },
  { weight: 1, arbitrary: fc.tuple(quorum, quorum, quorum, quorum).map(([a, b, c, d]) => joined('and', [a, joined('or', [b, joined('and', [c, d])])])) },
)
  .filter((made) => depthOf(made) <= MAX_DEPTH);

const permit = fc.record({ scope, when: often(condition), binding: fc.boolean() }).map(({ scope: jobs, when, binding }): Rule => ({ kind: 'permit', scope: jobs, ...(when === undefined ? {} : { when, ...(binding ? { binding } : {}) }) }));
const forbid = fc.record({ scope, unless: often(condition) }).map((fields): Rule => ({ kind: 'forbid', ...defined(fields) }));
const receivers = fc.record({ scope: resultScope, receivers: fc.oneof(some(NODES), fc.constant('requester' as const)) }).map((fields): Rule => ({ kind: 'receivers', ...fields }));
const requirement = fc.uniqueArray(fc.oneof(fc.constant({ kind: 'security' as const, model: 'malicious' as const }), some(PURPOSES).map((purposes) => ({ kind: 'purpose' as const, purposes }))), { minLength: 1, maxLength: 2, selector: ({ kind }) => kind });
const require = fc.record({ scope: fc.tuple(resultScope, maybe(others)).map(([jobs, parties]) => defined({ ...jobs, with: parties })), must: requirement }).map((fields): Rule => ({ kind: 'require', ...fields }));
const minimum = fc.record({ scope: resultScope, records: fc.integer({ min: 1, max: 1000 }) }).map((fields): Rule => ({ kind: 'minimum-group', ...fields }));

export const permits: fc.Arbitrary<Rule> = permit;
export const forbids: fc.Arbitrary<Rule> = forbid;
export const rule: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 6, arbitrary: permit },
  { weight: 2, arbitrary: forbid },
  { weight: 1, arbitrary: receivers },
  { weight: 1, arbitrary: require },
  { weight: 1, arbitrary: minimum },
  { weight: 1, arbitrary: fc.constant<Rule>({ kind: 'no-self-signing' }) },
);
/** A few permits and now and then something that takes away, so that each outcome is common. */
export const rules: fc.Arbitrary<readonly Rule[]> = fc.tuple(fc.array(permit, { minLength: 1, maxLength: 5 }), fc.array(rule, { maxLength: 3 })).map(([first, more]) => [...first, ...more]);

export const job: fc.Arbitrary<PolicyJob> = fc.record({
  requester: fc.constantFrom(...NODES).map((node) => ({ node, keyId: `key ${node}`, agent: false })),
  program: fc.constantFrom(...PROGRAMS).map((name) => ({ name, digest: '00' })),
  inputs: fc.subarray(DATASETS.map(({ name, node, tags }) => ({ node, dataset: name, tags })), { minLength: 1 }),
  parties: fc.subarray(NODES, { minLength: 2 }),
  receivers: fc.subarray(NODES, { minLength: 1, maxLength: 2 }),
  purpose: fc.option(fc.constantFrom(...PURPOSES), { nil: undefined }),
  security: fc.record({ model: fc.constantFrom('semi-honest' as const, 'malicious' as const), majority: fc.constant('dishonest' as const) }),
});

const ROLES = [[], [], ['Compliance'], ['Legal'], ['Compliance', 'Legal']];
const person = fc.record({ name: fc.constantFrom('Ana', 'Ben', 'Cleo', 'Dora'), roles: fc.constantFrom(...ROLES), node: fc.constantFrom('Alder', 'Birch') });
/** Keys are sometimes shared by two names, and names sometimes have two keys. */
const register = fc.tuple(fc.subarray(NODES, { minLength: 1 }), fc.array(person, { maxLength: 4 }), fc.array(fc.nat(9), { minLength: 8, maxLength: 8 })).map(([nodes, people, keys]) => [
  ...nodes.map((name, i) => ({ name, keyId: keys[i] === 0 ? 'shared key' : `key ${name}`, roles: [] as string[] })),
  ...people.map(({ name, roles, node }, i) => ({ name, keyId: keys[3 + i] === 0 ? 'shared key' : `key ${name} ${keys[3 + i] === 1 ? 'again' : ''}`, roles, node })),
]);
export const facts: fc.Arbitrary<PolicyFacts> = register.chain((signers) =>
  fc.subarray(signers).map((signed) => ({ now: '2026-10-05T12:00:00.000Z', signers, signatures: signed.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles })) })),
);

/** The compiled policy of rules that were never written. */
export const policyFrom = (from: readonly Rule[]): CompiledPolicy => ({ v: 1, language: 1, file: 'generated.policy', digest: '', rules: from.map((one, i) => ({ rule: one, source: { line: i + 1, column: 1, sentence: '' } })) });

/** The rules that the canonical sentences of `from` compile to. Throws where one is refused. */
export function readBack(from: readonly Rule[]): readonly Rule[] {
  const source = from.map((one) => render(one)).join('\n');
  const compiled = compile(source, world, 'generated.policy');
  if (!compiled.ok) throw new Error(`${source}\n${compiled.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')}`);
  return compiled.policy.rules.map(({ rule: one }) => one);
}
