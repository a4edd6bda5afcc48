import fc from 'fast-check';
import { joined, MAX_DEPTH, MAX_VERBLESS_DEPTH } from '../meaning/condition.js';
import { depthOf } from '../render/parts.js';
import { type Condition, type Rule, type Scope, type Signers } from '../rules.js';
import { type PolicyRegistry } from '../types.js';

/** A small world, so that generated rules and jobs often meet. */
export const NODES = ['Alder', 'Birch', 'Cedar'];
export const DATASETS: PolicyRegistry['datasets'] = [
  { name: 'Loans', node: 'Alder', tags: ['credit'] },
  { name: 'Loans', node: 'Birch', tags: ['credit'] },
  { name: 'Claims', node: 'Cedar', tags: ['health', 'credit'] },
];
export const PROGRAMS = ['Mean', 'Sum'];
export const PURPOSES = ['research', 'fraud prevention'];
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
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const DAYS = ['2026-10-04', '2026-10-05', '2026-10-06'];
const ZONES = ['Europe/London', 'Pacific/Auckland', 'America/Los_Angeles', 'UTC'];
const during = fc.record({ from: often(fc.constantFrom(...DAYS)), until: often(fc.constantFrom(...DAYS)), zone: maybe(fc.constantFrom(...ZONES)) })
  .filter(({ from, until }) => (from ?? until) !== undefined && (from === undefined || until === undefined || from <= until)).map(defined);
const scope: fc.Arbitrary<Scope> = fc.record({
  who: maybe(some(NODES)), programs: maybe(some(PROGRAMS)), data: maybe(data), with: maybe(others), purposes: maybe(some(PURPOSES)), agents: rarely(fc.constant(true as const)), during: rarely(during),
}).map(defined);
const resultScope: fc.Arbitrary<Scope> = fc.record({ programs: maybe(some(PROGRAMS)), data: maybe(data), purposes: maybe(some(PURPOSES)), during: rarely(during) }).map(defined);
/** Of a pause, which is not dated. */
const undatedScope: fc.Arbitrary<Scope> = fc.record({ who: maybe(some(NODES)), programs: maybe(some(PROGRAMS)), data: maybe(data), purposes: maybe(some(PURPOSES)), agents: rarely(fc.constant(true as const)) }).map(defined);

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
const window = fc.record({ days: maybe(fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 })), times: fc.subarray(['00:00', '08:00', '13:30', '22:00', '24:00'], { minLength: 2, maxLength: 2 }), turned: fc.boolean(), whole: fc.boolean(), zone: fc.constantFrom(...ZONES) })
  .map(({ days, times: [early, late], turned, whole, zone }) => defined({ kind: 'window' as const, days, ...(whole && days !== undefined ? {} : { from: turned && late !== '24:00' ? late : early, until: turned && late !== '24:00' ? early : late }), zone }));
const parties = fc.constantFrom({ kind: 'parties' as const, atLeast: 2 }, { kind: 'parties' as const, atLeast: 3 }, { kind: 'parties' as const, majority: 'honest' as const }, { kind: 'parties' as const, atLeast: 2, majority: 'honest' as const });
const regions = some(['eu', 'uk']).map((names) => ({ kind: 'regions' as const, regions: names }));
const privacy = fc.constantFrom({ kind: 'privacy' as const, epsilon: '0.5' }, { kind: 'privacy' as const, epsilon: '2' }, { kind: 'privacy' as const, epsilon: '1', delta: '0.001' });
const roundTrip = fc.constantFrom(20, 80).map((atMostMs) => ({ kind: 'round-trip' as const, atMostMs }));
const approved = condition.filter((by) => depthOf(by) <= MAX_VERBLESS_DEPTH).map((by) => ({ kind: 'approved-program' as const, by }));
const requirement = fc.uniqueArray(
  fc.oneof(fc.constant({ kind: 'security' as const, model: 'malicious' as const }), some(PURPOSES).map((purposes) => ({ kind: 'purpose' as const, purposes })), fc.constantFrom('no-lpn' as const, 'module-lwe-only' as const).map((profile) => ({ kind: 'assumptions' as const, profile })), window, parties, regions, privacy, roundTrip, approved),
  { minLength: 1, maxLength: 2, selector: ({ kind }) => kind },
);
const pause = fc.record({ scope: undatedScope, until: often(condition) }).map((fields): Rule => ({ kind: 'pause', ...defined(fields) }));
const veto = fc.record({ scope: fc.record({ data: maybe(data), purposes: maybe(some(PURPOSES)) }).map(defined), by: fc.constantFrom([{ owners: 'all' as const }], [{ node: 'Alder' }, { node: 'Birch' }], [{ role: 'Compliance' }], [{ node: 'Cedar' }, { role: 'Legal' }]) }).map((fields): Rule => ({ kind: 'veto', ...fields }));
const validity = fc.record({ scope: resultScope, seconds: fc.constantFrom(1, 90, 3_600, 86_400, 604_800) }).map((fields): Rule => ({ kind: 'signature-validity', ...fields }));
const require = fc.record({ scope: fc.tuple(resultScope, maybe(others)).map(([jobs, parties]) => defined({ ...jobs, with: parties })), must: requirement }).map((fields): Rule => ({ kind: 'require', ...fields }));
const minimum = fc.record({ scope: resultScope, records: fc.integer({ min: 1, max: 1000 }) }).map((fields): Rule => ({ kind: 'minimum-group', ...fields }));

const per = fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'quarter' as const, 'year' as const);
const amount = fc.oneof(fc.constantFrom('1', '2', '3').map((most) => ({ of: 'computations' as const, most })), fc.constantFrom('0.5', '1.25', '3').map((most) => ({ of: 'epsilon' as const, most })));
const budget = fc.record({ scope, amount, per, zone: maybe(fc.constantFrom(...ZONES.slice(0, 3))), each: fc.boolean() }).map(({ scope: jobs, amount: { of, most }, per: unit, zone, each }): Rule => {
  const several = jobs.who === undefined || jobs.who.length > 1;
  return { kind: 'budget', scope: jobs, of, most, per: unit, ...defined({ zone, each: each && several && jobs.agents === undefined ? (true as const) : undefined }) };
});
const pool = fc.constantFrom<Signers[]>([{ owners: 'all' }], [{ node: 'Alder' }], [{ role: 'Compliance' }], [{ node: 'Cedar' }, { role: 'Legal' }], [{ owners: 'other' }, { role: 'Legal', at: 'Birch' }]);
const duty = fc.record({ scope: resultScope, seconds: fc.constantFrom(60, 86_400) });
const notice = fc.record({ duty, notify: pool }).map(({ duty: { scope: jobs, seconds }, notify }): Rule => ({ kind: 'notice', scope: jobs, notify, seconds }));
const deletion = duty.map((fields): Rule => ({ kind: 'deletion', ...fields }));
/** No data owners: a policy has none. */
const policyQuorum = fc.oneof(nodeQuorum, roleQuorum, placeQuorum);
const policyChange = fc
  .oneof(policyQuorum, fc.array(policyQuorum, { minLength: 2, maxLength: 2 }).chain((items) => fc.constantFrom('and' as const, 'or' as const).map((join) => joined(join, items))))
  .filter((needs) => depthOf(needs) <= MAX_VERBLESS_DEPTH)
  .map((needs): Rule => ({ kind: 'policy-change', needs }));

export const duties: fc.Arbitrary<Rule> = fc.oneof(notice, deletion);
/** Of a policy that allows everything else. */
export const restrictions: fc.Arbitrary<Rule> = fc.oneof({ weight: 2, arbitrary: budget }, { weight: 3, arbitrary: require }, { weight: 1, arbitrary: notice });
export const policyChanges: fc.Arbitrary<Rule> = policyChange;
export const permits: fc.Arbitrary<Rule> = permit;
export const forbids: fc.Arbitrary<Rule> = forbid;
export const rule: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 6, arbitrary: permit },
  { weight: 2, arbitrary: forbid },
  { weight: 1, arbitrary: receivers },
  { weight: 1, arbitrary: require },
  { weight: 1, arbitrary: minimum },
  { weight: 1, arbitrary: budget },
  { weight: 1, arbitrary: fc.oneof(notice, deletion, policyChange) },
  { weight: 1, arbitrary: pause },
  { weight: 1, arbitrary: veto },
  { weight: 1, arbitrary: validity },
  { weight: 1, arbitrary: fc.constant<Rule>({ kind: 'no-self-signing' }) },
);
/** A few permits and now and then something that takes away, so that each outcome is common. */
export const rules: fc.Arbitrary<readonly Rule[]> = fc.tuple(fc.array(permit, { minLength: 1, maxLength: 5 }), fc.array(rule, { maxLength: 3 })).map(([first, more]) => [...first, ...more]);
