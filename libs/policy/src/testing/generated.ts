import fc from 'fast-check';
import { compile } from '../compile.js';
import { sumOfDecimals } from '../decimal.js';
import { drawnOn } from '../decide/limit.js';
import { limitsOn } from '../decide/limits-on.js';
import { render } from '../render/render.js';
import { type CompiledPolicy, type Rule } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { DATASETS, NODES, PROGRAMS, PURPOSES, world } from './generated-rules.js';

export { duties, forbids, NODES, permits, policyChanges, restrictions, rule, rules, world } from './generated-rules.js';

const rarelyDelta = fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom('0.0001', '0.01') });

export const job: fc.Arbitrary<PolicyJob> = fc.record({
  requester: fc.constantFrom(...NODES).map((node) => ({ node, keyId: `key ${node}`, agent: node === 'Cedar' })),
  program: fc.constantFrom(...PROGRAMS).map((name) => ({ name, digest: name === 'Mean' ? '00' : '01' })),
  inputs: fc.subarray(DATASETS.map(({ name, node, tags }) => ({ node, dataset: name, tags })), { minLength: 1 }),
  parties: fc.subarray(NODES, { minLength: 2 }),
  receivers: fc.subarray(NODES, { minLength: 1, maxLength: 2 }),
  purpose: fc.option(fc.constantFrom(...PURPOSES), { nil: undefined }),
  privacy: fc.option(fc.record({ epsilon: fc.constantFrom('0.25', '0.50', '1', '2.5'), delta: rarelyDelta }).map(({ epsilon, delta }) => ({ epsilon, ...(delta === undefined ? {} : { delta }) })), { nil: undefined, freq: 2 }),
  security: fc.record({ model: fc.constantFrom('semi-honest' as const, 'malicious' as const), majority: fc.constantFrom('honest' as const, 'dishonest' as const), assumptions: fc.constantFrom('no-lpn' as const, 'module-lwe-only' as const) }, { requiredKeys: ['model', 'majority'] }),
});

const ROLES = [[], [], ['Compliance'], ['Legal'], ['Compliance', 'Legal']];
const person = fc.record({ name: fc.constantFrom('Ana', 'Ben', 'Cleo', 'Dora'), roles: fc.constantFrom(...ROLES), node: fc.constantFrom('Alder', 'Birch') });
/** Keys are sometimes shared by two names, and names sometimes have two keys. */
const register = fc.tuple(fc.subarray(NODES, { minLength: 1 }), fc.array(person, { maxLength: 4 }), fc.array(fc.nat(9), { minLength: 8, maxLength: 8 })).map(([nodes, people, keys]) => [
  ...nodes.map((name, i) => ({ name, keyId: keys[i] === 0 ? 'shared key' : `key ${name}`, roles: [] as string[] })),
  ...people.map(({ name, roles, node }, i) => ({ name, keyId: keys[3 + i] === 0 ? 'shared key' : `key ${name} ${keys[3 + i] === 1 ? 'again' : ''}`, roles, node })),
]);
const NOW = ['2026-10-04T23:30:00.000Z', '2026-10-05T12:00:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'];
const region = fc.constantFrom('EU', 'UK', 'US');
const pairs = [['Alder', 'Birch'], ['Cedar', 'Alder'], ['Birch', 'Cedar']] as const;
const link = fc.record({ between: fc.constantFrom(...pairs), roundTripMs: fc.constantFrom(5, 20, 80, 81) });
const links = fc.oneof(fc.constant('measured at start' as const), fc.uniqueArray(link, { minLength: 2, maxLength: 5, selector: ({ between, roundTripMs }) => `${between.join()} ${roundTripMs}` }), fc.constant(undefined));
const SIGNED_BEFORE_MS = [0, 0, 1_000, 60_000, 3_600_000, 86_400_000];
export const facts: fc.Arbitrary<PolicyFacts> = register.chain((signers) =>
  fc.record({
    now: fc.constantFrom(...NOW),
    signed: fc.subarray(signers),
    before: fc.constantFrom(...SIGNED_BEFORE_MS),
    regions: fc.tuple(region, region, region).map((places) => NODES.map((node, i) => ({ node, region: places[i] })).slice(places[0] === 'US' ? 1 : 0)),
    approvals: fc.oneof({ weight: 3, arbitrary: fc.subarray(signers) }, { weight: 1, arbitrary: fc.constant(undefined) }),
    links,
    vetoes: fc.oneof({ weight: 4, arbitrary: fc.subarray(signers, { maxLength: 0 }) }, { weight: 1, arbitrary: fc.subarray(signers, { minLength: 1, maxLength: 1 }) }),
  }).map(({ now, signed, before, regions, vetoes, approvals, links: measured }) => ({
    now,
    signers,
    signatures: signed.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: new Date(Date.parse(now) - before).toISOString() })),
    regions,
    vetoes: vetoes.map(({ name, keyId }) => ({ signer: name, keyId })),
    links: measured,
    programApprovals: approvals?.map(({ name, keyId }, i) => ({ program: i === 1 ? '01' : '00', signer: name, keyId })),
  })),
);

/** Jobs that were counted before, and when. */
export type History = readonly { readonly job: PolicyJob; readonly at: string }[];
const DAYS_BEFORE = [0, 0, 0, 1, 2, 8, 40, 100, 300];
const HOURS = [0, 1, 11, 14];
/** Mostly of days near the decision; undefined where nobody knows. */
export const history: fc.Arbitrary<History | undefined> = fc.option(
  fc.array(fc.record({ job, at: fc.tuple(fc.constantFrom(...NOW), fc.constantFrom(...DAYS_BEFORE), fc.constantFrom(...HOURS)).map(([now, days, hours]) => new Date(Date.parse(now) - (days * 24 + hours) * 3_600_000).toISOString()) }), { maxLength: 5 }),
  { nil: undefined, freq: 8 },
);

/** The facts with what a history used of the limits of a job, worked out as a ledger does. */
export function withUses(policy: CompiledPolicy, asked: PolicyJob, known: PolicyFacts, before: History | undefined): PolicyFacts {
  if (before === undefined) return known;
  return { ...known, uses: limitsOn(policy, asked, known).map((limit) => ({ key: limit.key, used: before.map(({ job: one, at }) => drawnOn(limit, one, at) ?? '0').reduce(sumOfDecimals, '0') })) };
}

/** The compiled policy of rules that were never written. */
export const policyFrom = (from: readonly Rule[]): CompiledPolicy => ({ v: 1, language: 1, file: 'generated.policy', digest: '', rules: from.map((one, i) => ({ rule: one, source: { line: i + 1, column: 1, sentence: '' } })) });

/** The rules that the canonical sentences of `from` compile to. Throws where one is refused. */
export function readBack(from: readonly Rule[]): readonly Rule[] {
  const source = from.map((one) => render(one)).join('\n');
  const compiled = compile(source, world, 'generated.policy');
  if (!compiled.ok) throw new Error(`${source}\n${compiled.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')}`);
  return compiled.policy.rules.map(({ rule: one }) => one);
}
