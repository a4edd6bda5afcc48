import { type Condition, type Requirement, type Rule, type Scope, type Signers } from '../rules.js';
import { type Outcome, type PolicyFacts, type PolicyJob } from '../types.js';

/**
 * A slow evaluator for tests, written from the nine points of the language's meaning and from nothing else: it knows no index, tries every way to
 * seat signers, and finds out whether signatures could still help by letting everybody sign.
 */
export function referenceOutcome(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts): Outcome {
  if (job.inputs.length === 0 || job.receivers.length === 0) return 'deny';
  if (isAllowed(rules, job, facts, facts.signatures)) return 'allow';
  const everybody = facts.signers.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: facts.now }));
  return isAllowed(rules, job, facts, everybody) ? 'needs_signatures' : 'deny';
}

type Signature = PolicyFacts['signatures'][number];

function isAllowed(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts, signatures: readonly Signature[]): boolean {
  const people = peopleWhoSigned(rules, job, facts, signatures);
  const met = (condition: Condition | undefined) => condition === undefined || canSeat(condition, job, facts, people);
  const reached = (scope: Scope) => inScope(scope, job, facts, 'other');
  const permitted = rules.some((rule) => rule.kind === 'permit' && inScope(rule.scope, job, facts, 'permit') && met(rule.when));
  return permitted && rules.every((rule) => {
    if (!('scope' in rule) || !reached(rule.scope)) return true;
    if (rule.kind === 'permit') return rule.binding !== true || met(rule.when);
    if (rule.kind === 'forbid') return rule.unless !== undefined && met(rule.unless);
    if (rule.kind === 'pause') return rule.until !== undefined && met(rule.until);
    if (rule.kind === 'veto') return facts.vetoes !== undefined && !facts.vetoes.some((veto) => mayVeto(rule.by, veto, job, facts));
    if (rule.kind === 'receivers') {
      const allowed = rule.receivers === 'requester' ? [job.requester.node] : rule.receivers;
      return job.receivers.every((receiver) => allowed.includes(receiver));
    }
    return rule.kind !== 'require' || rule.must.every((must) => isMet(must, rules, job, facts));
  });
}

function isMet(must: Requirement, rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts): boolean {
  switch (must.kind) {
    case 'security':
      return job.security.model === must.model;
    case 'purpose':
      return job.purpose !== undefined && must.purposes.includes(plain(job.purpose));
    case 'parties':
      return new Set(job.parties).size >= (must.atLeast ?? 0) && (must.majority === undefined || job.security.majority === 'honest');
    case 'regions':
      return job.parties.every((party) => facts.regions?.some(({ node, region }) => node === party && must.regions.includes(plain(region))) === true);
    case 'privacy':
      return job.privacy !== undefined && atMost(job.privacy.epsilon, must.epsilon) && (job.privacy.delta === undefined || (must.delta !== undefined && atMost(job.privacy.delta, must.delta)));
    case 'round-trip': {
      const { links } = facts;
      const pairs = job.parties.flatMap((a) => job.parties.filter((b) => a < b).map((b) => [a, b]));
      const isFast = (ends: readonly string[]) => {
        const measured = Array.isArray(links) ? (links as { between: string[]; roundTripMs: number }[]).filter(({ between }) => [...between].sort().join('\n') === ends.join('\n')) : [];
        return measured.length > 0 && measured.every(({ roundTripMs }) => roundTripMs <= must.atMostMs);
      };
      return links === 'measured at start' || pairs.every(isFast);
    }
    case 'approved-program': {
      const approvals = (facts.programApprovals ?? []).filter(({ program }) => program === job.program.digest).map(({ signer, keyId }) => ({ signer, keyId, roles: [] }));
      const eternal = rules.filter(({ kind }) => kind !== 'signature-validity');
      return facts.programApprovals !== undefined && canSeat(must.by, job, facts, peopleWhoSigned(eternal, job, facts, approvals));
    }
    case 'window': {
      // The instants of the day that the window is open, minute by minute, of the day and the one before it.
      const local = new Date(new Date(facts.now).toLocaleString('en-US', { timeZone: must.zone }));
      const minute = local.getHours() * 60 + local.getMinutes();
      const today = ((local.getDay() + 6) % 7) + 1;
      const days = must.days ?? [1, 2, 3, 4, 5, 6, 7];
      const at = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
      const [from, until] = [at(must.from ?? '00:00'), at(must.until ?? '24:00')];
      const end = until > from ? until : until + 1440;
      return (days.includes(today) && minute >= from && minute < end) || (days.includes(today === 1 ? 7 : today - 1) && minute + 1440 >= from && minute + 1440 < end);
    }
  }
}

function mayVeto(by: readonly Signers[], { signer, keyId }: { readonly signer: string; readonly keyId: string }, job: PolicyJob, facts: PolicyFacts): boolean {
  const { names, keys } = sameSigner(facts, signer, keyId);
  const known = facts.signers.filter((entry) => names.has(entry.name) && keys.has(entry.keyId));
  if (!known.some((entry) => entry.name === signer) || !known.some((entry) => entry.keyId === keyId)) return false;
  return by.some((part) => {
    if ('node' in part) return names.has(part.node);
    if ('role' in part) return known.some(({ roles, node }) => roles.includes(part.role) && (part.at === undefined || node === part.at));
    return job.inputs.some(({ node }) => names.has(node) && (part.owners === 'all' || node !== job.requester.node));
  });
}

/** Compares digit by digit. */
function atMost(text: string, most: string): boolean {
  const digits = (decimal: string) => [decimal.split('.')[0].padStart(50, '0'), (decimal.split('.')[1] ?? '').padEnd(50, '0')].join('');
  return digits(text) <= digits(most);
}

const plain = (text: string): string => text.trim().toLowerCase().split(/ +/).join(' ');

function inScope({ who, programs, data, with: others, purposes, agents, during }: Scope, job: PolicyJob, facts: PolicyFacts, kind: 'permit' | 'other'): boolean {
  if (who !== undefined && !who.includes(job.requester.node)) return false;
  if (programs !== undefined && !programs.includes(job.program.name)) return false;
  if (data !== undefined) {
    const selected = job.inputs.map((input) => data.some((selector) => ('dataset' in selector ? input.dataset === selector.dataset : input.tags.map(plain).includes(selector.tag))));
    if (kind === 'permit' ? selected.includes(false) : !selected.includes(true)) return false;
  }
  if (purposes !== undefined) {
    if (job.purpose === undefined) {
      if (kind === 'permit') return false;
    } else if (!purposes.includes(plain(job.purpose))) return false;
  }
  if (agents === true && !job.requester.agent) return false;
  if (during !== undefined) {
    const [month, day, year] = new Date(facts.now).toLocaleDateString('en-US', { timeZone: during.zone ?? 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' }).split('/');
    const today = `${year}-${month}-${day}`;
    if (today < (during.from ?? today) || today > (during.until ?? today)) return false;
  }
  if (others !== undefined) {
    const present = others.nodes.filter((node) => job.parties.includes(node));
    if (present.length < (others.match === 'all' ? others.nodes.length : 1)) return false;
    if (kind === 'permit' && job.parties.some((party) => party !== job.requester.node && !others.nodes.includes(party))) return false;
  }
  return true;
}

/** Entries of the register that are one and the same signer, because they share a name or a key, directly or through others. */
function sameSigner(facts: PolicyFacts, name: string, keyId: string): { readonly names: Set<string>; readonly keys: Set<string> } {
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
function peopleWhoSigned(rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts, signatures: readonly Signature[]): readonly (readonly string[])[] {
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
function canSeat(condition: Condition, job: PolicyJob, facts: PolicyFacts, people: readonly (readonly string[])[]): boolean {
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
