import { type Condition, type Rule, type Signers } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { inScope } from './reference-scope.js';

export type Signature = PolicyFacts['signatures'][number];

/** Entries of the register that are one and the same signer, because they share a name or a key, directly or through others. */
export function sameSigner(facts: PolicyFacts, name: string, keyId: string): { readonly names: Set<string>; readonly keys: Set<string> } {
  const names = new Set([name]);
  const keys = new Set([keyId]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const entry of facts.signers) {
      if (names.has(entry.name) === keys.has(entry.keyId)) continue;
      names.add(entry.name);
      keys.add(entry.keyId);
      grew = true;
    }
  }
  return { names, keys };
}

/** Each signer who signed validly and may, as the set of its names. */
export function peopleWhoSigned(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts, signatures: readonly Signature[]): readonly (readonly string[])[] {
  const requesterMay = !rules.some(({ kind }) => kind === 'no-self-signing');
  const lasts = Math.min(...rules.map((rule) => (rule.kind === 'signature-validity' && inScope(rule.scope, job, facts, 'other') ? rule.seconds : Infinity)));
  const found = new Map<string, readonly string[]>();
  for (const { signer, keyId, signedAt } of signatures) {
    if (lasts !== Infinity && (signedAt === undefined || signedAt > facts.now || Date.parse(signedAt) + lasts * 1000 < Date.parse(facts.now))) continue;
    if (!facts.signers.some((entry) => entry.name === signer && entry.keyId === keyId)) continue;
    const { names, keys } = sameSigner(facts, signer, keyId);
    if (!requesterMay && (names.has(job.requester.node) || keys.has(job.requester.keyId))) continue;
    const all = [...names].sort();
    found.set(all.join('\n'), all);
  }
  return [...found.values()];
}

/** Whether those who signed can take all seats of the condition, one seat each: tries every way. */
export function canSeat(condition: Condition, job: PolicyJob, facts: PolicyFacts, people: readonly (readonly string[])[]): boolean {
  const owners = [...new Set(job.inputs.map(({ node }) => node))];
  const allPeople = new Set(facts.signers.map(({ name, keyId }) => [...sameSigner(facts, name, keyId).names].sort().join('\n')));
  type Pool = Extract<Condition, { quorum: unknown }>['quorum']['of'];
  const belongs = (names: readonly string[], of: Pool) => of.some((part) => {
    if ('node' in part) return names.includes(part.node);
    if ('role' in part) return facts.signers.some((entry) => names.includes(entry.name) && entry.roles.includes(part.role) && (part.at === undefined || entry.node === part.at));
    return names.some((name) => owners.includes(name) && (part.owners === 'all' || name !== job.requester.node));
  });
  const size = (of: Pool) => {
    const ownersOf = of.flatMap((part) => ('owners' in part ? [owners.filter((owner) => part.owners === 'all' || owner !== job.requester.node).length] : []));
    return Math.max([...allPeople].filter((names) => belongs(names.split('\n'), of)).length, ...ownersOf);
  };
  /** Continues with `then` for every set of people that a condition can leave over. */
  const seat = (item: Condition, free: readonly (readonly string[])[], then: (left: readonly (readonly string[])[]) => boolean): boolean => {
    if ('any' in item) return item.any.some((one) => seat(one, free, then));
    if ('all' in item) {
      const next = (i: number, left: readonly (readonly string[])[]): boolean => (i === item.all.length ? then(left) : seat(item.all[i], left, (rest) => next(i + 1, rest)));
      return next(0, free);
    }
    const { need, of } = item.quorum;
    const count = need === 'every' ? size(of) : need === 'majority' ? Math.floor(size(of) / 2) + 1 : need;
    const choose = (seats: number, from: number, left: readonly (readonly string[])[]): boolean =>
      seats === 0 ? then(left) : free.some((person, i) => i >= from && belongs(person, of) && choose(seats - 1, i + 1, left.filter((other) => other !== person)));
    return choose(Math.max(1, count), 0, free);
  };
  return seat(condition, people, () => true);
}

/** Whether a statement was made by one who belongs to a pool. */
export function madeByOneOf(by: readonly Signers[], { signer, keyId }: { readonly signer: string; readonly keyId: string }, job: PolicyJob, facts: PolicyFacts): boolean {
  const { names, keys } = sameSigner(facts, signer, keyId);
  const known = facts.signers.filter((entry) => names.has(entry.name) && keys.has(entry.keyId));
  if (!known.some((entry) => entry.name === signer) || !known.some((entry) => entry.keyId === keyId)) return false;
  return by.some((part) => {
    if ('node' in part) return names.has(part.node);
    if ('role' in part) return known.some(({ roles, node }) => roles.includes(part.role) && (part.at === undefined || node === part.at));
    return job.inputs.some(({ node }) => names.has(node) && (part.owners === 'all' || node !== job.requester.node));
  });
}
