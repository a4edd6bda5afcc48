import fc from 'fast-check';
import { decide } from './decide/decide.js';
import { publication } from './decide/publication.js';
import { duties, facts, forbids, history, job, NODES, permits, policyChanges, policyFrom, readBack, restrictions, rule, rules, withUses, type History } from './testing/generated.js';
import { referenceObligations, referenceOutcome, referencePublication } from './testing/reference.js';
import { sameSigner } from './testing/reference-signers.js';
import { type CompiledPolicy, type Rule } from './rules.js';
import { type Outcome, type PolicyFacts, type PolicyJob } from './types.js';

const RUNS = { numRuns: 700 };
type Before = History | undefined;
/** The outcome with the limits used as the jobs before it did. */
const outcomeOf = (policy: CompiledPolicy, asked: PolicyJob, known: PolicyFacts, before: Before): Outcome => decide(policy, asked, withUses(policy, asked, known, before), { nearest: false }).outcome;
const everybodySigns = (known: PolicyFacts): PolicyFacts => ({ ...known, signatures: known.signers.map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: known.now })) });

/** Counts the outcomes that a property met, so that it cannot pass by meeting only denials. */
function counting(): { count(outcome: Outcome): void; enough(least: number): void } {
  const seen = { allow: 0, deny: 0, needs_signatures: 0 };
  return {
    count: (outcome) => void seen[outcome]++,
    enough: (least) => expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(least),
  };
}

test('the canonical sentence of a rule compiles to that rule', () => {
  fc.assert(fc.property(rule, (one) => expect(readBack([one])).toEqual([one])), { numRuns: 600 });
});

test('a decision is that of the slow reference evaluator', () => {
  const seen = counting();
  fc.assert(
    fc.property(rules, job, facts, history, (from, asked, known, before) => {
      const expected = referenceOutcome(from, asked, known, before);
      seen.count(expected);
      expect(outcomeOf(policyFrom(from), asked, known, before)).toBe(expected);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('so it is where limits, requirements and duties alone take something away', () => {
  const wide: Rule = { kind: 'permit', scope: {} };
  let allowed = 0;
  const reached = { budget: 0, privacy: 0, 'round-trip': 0, 'approved-program': 0 };
  fc.assert(
    fc.property(fc.array(restrictions, { minLength: 1, maxLength: 2 }), job, facts, history, (taking, asked, known, before) => {
      const from = [wide, ...taking];
      const expected = referenceOutcome(from, asked, known, before);
      expect(outcomeOf(policyFrom(from), asked, known, before)).toBe(expected);
      if (expected === 'allow') allowed++;
      if (expected !== 'deny') return;
      // What stands in the way alone: without it the same is not denied.
      for (const one of taking) {
        if (referenceOutcome(from.filter((other) => other !== one), asked, known, before) === 'deny') continue;
        for (const kind of one.kind === 'require' ? one.must.map((must) => must.kind) : [one.kind]) if (kind in reached) reached[kind as keyof typeof reached]++;
      }
    }),
    { numRuns: 1_200 },
  );
  expect(allowed).toBeGreaterThan(100);
  expect(Math.min(...Object.values(reached))).toBeGreaterThan(15);
});

test('what an allowed job owes is what the slow reference evaluator says', () => {
  let owing = 0;
  const owed = fc.tuple(rules, fc.array(duties, { minLength: 1, maxLength: 3 })).map((parts) => parts.flat());
  fc.assert(
    fc.property(owed, job, facts, history, (from, asked, known, before) => {
      const policy = policyFrom(from);
      const { outcome, obligations: { duties: found = [], ...others } } = decide(policy, asked, withUses(policy, asked, known, before), { nearest: false });
      if (outcome === 'deny') return;
      if (found.length > 0) owing++;
      // A signer of several names is shown by one of them.
      const allNames = (name: string) => [...sameSigner(known, name, known.signers.find((entry) => entry.name === name)?.keyId ?? '').names].sort().join('\n');
      const told = found.map(({ kind, by, seconds }) => ({ kind, by: kind === 'delete' ? by : by.map(allNames).sort(), seconds }));
      expect({ ...others, duties: told }).toEqual(referenceObligations(from, asked, known));
    }),
    RUNS,
  );
  expect(owing).toBeGreaterThan(50);
});

test('a policy may be changed when the slow reference evaluator says so, and one more signature never makes it worse', () => {
  const rank: Record<Outcome, number> = { deny: 0, needs_signatures: 1, allow: 2 };
  const seen = counting();
  fc.assert(
    fc.property(fc.array(policyChanges, { maxLength: 3 }), facts, fc.nat(), (from, known, pick) => {
      const { outcome, canSign } = publication(policyFrom(from), known);
      seen.count(outcome);
      expect(outcome).toBe(referencePublication(from, known));
      expect(canSign.length > 0).toBe(outcome === 'needs_signatures');
      const { name, keyId, roles } = known.signers[pick % known.signers.length];
      const after = publication(policyFrom(from), { ...known, signatures: [...known.signatures, { signer: name, keyId, roles }] }).outcome;
      expect(rank[after]).toBeGreaterThanOrEqual(rank[outcome]);
      if (outcome === 'deny') expect(after).toBe('deny');
    }),
    RUNS,
  );
  seen.enough(50);
});

test('one more signature never makes a decision worse, and on a denial no signature helps', () => {
  const rank: Record<Outcome, number> = { deny: 0, needs_signatures: 1, allow: 2 };
  const seen = counting();
  fc.assert(
    fc.property(rules, job, facts, history, fc.nat(), (from, asked, known, before, pick) => {
      const policy = policyFrom(from);
      const without = outcomeOf(policy, asked, known, before);
      seen.count(without);
      const { name, keyId, roles } = known.signers[pick % known.signers.length];
      const after = outcomeOf(policy, asked, { ...known, signatures: [...known.signatures, { signer: name, keyId, roles, signedAt: known.now }] }, before);
      expect(rank[after]).toBeGreaterThanOrEqual(rank[without]);
      if (without === 'deny') expect(after).toBe('deny');
      if (without !== 'deny') expect(outcomeOf(policy, asked, everybodySigns(known), before)).toBe('allow');
    }),
    RUNS,
  );
  seen.enough(50);
});

test('those who are named as missing are enough, and without one of them it is not', () => {
  let waiting = 0;
  fc.assert(
    fc.property(rules, job, facts, history, (from, asked, known, before) => {
      const policy = policyFrom(from);
      const { outcome, missing, canSign, signaturesHelp } = decide(policy, asked, withUses(policy, asked, known, before));
      expect(signaturesHelp).toBe(outcome === 'needs_signatures');
      if (outcome !== 'needs_signatures') return;
      waiting++;
      expect(canSign.length).toBeGreaterThan(0);
      const named = new Set(missing.flatMap(({ of }) => of));
      for (const name of named) expect(canSign).toContain(name);
      const signing = (names: ReadonlySet<string>) => ({
        ...known,
        signatures: [...known.signatures, ...known.signers.filter(({ name }) => names.has(name)).map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: known.now }))],
      });
      expect(outcomeOf(policy, asked, signing(named), before)).toBe('allow');
      for (const { atLeast, of } of missing) {
        expect(of.length).toBeGreaterThanOrEqual(atLeast);
        expect(atLeast).toBeGreaterThan(0);
      }
    }),
    RUNS,
  );
  expect(waiting).toBeGreaterThan(50);
});

test('removing a permit never allows more, and adding a forbid never does', () => {
  const seen = counting();
  fc.assert(
    fc.property(rules, permits, forbids, job, facts, history, (from, permit, forbid, asked, known, before) => {
      const without = outcomeOf(policyFrom(from), asked, known, before);
      seen.count(without);
      if (!('binding' in permit) && without === 'allow') expect(outcomeOf(policyFrom([...from, permit]), asked, known, before)).toBe('allow');
      if (without !== 'allow') expect(outcomeOf(policyFrom([...from, forbid]), asked, known, before)).not.toBe('allow');
      if (without === 'deny') expect(outcomeOf(policyFrom([...from, forbid]), asked, known, before)).toBe('deny');
    }),
    RUNS,
  );
  seen.enough(50);
});

test('the order of sentences does not matter', () => {
  const seen = counting();
  const shuffled = rules.chain((from) => fc.tuple(fc.constant(from), fc.shuffledSubarray([...from], { minLength: from.length, maxLength: from.length })));
  fc.assert(
    fc.property(shuffled, job, facts, history, ([from, other], asked, known, before) => {
      const outcome = outcomeOf(policyFrom(from), asked, known, before);
      seen.count(outcome);
      expect(outcomeOf(policyFrom(other), asked, known, before)).toBe(outcome);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('renaming the nodes consistently changes nothing', () => {
  const swapped = (value: unknown): unknown => {
    if (value === undefined) return undefined;
    const text = JSON.stringify(value).replace(/\b(Alder|Birch|Cedar)\b/g, (name) => NODES[(NODES.indexOf(name) + 1) % NODES.length]);
    return JSON.parse(text, (key, field: unknown) => (key === 'who' || key === 'nodes' ? (field as string[]).sort() : field));
  };
  const seen = counting();
  fc.assert(
    fc.property(rules, job, facts, history, (from, asked, known, before) => {
      const plain = policyFrom(from);
      const outcome = outcomeOf(plain, asked, known, before);
      seen.count(outcome);
      expect(outcomeOf(swapped(plain) as CompiledPolicy, swapped(asked) as PolicyJob, swapped(known) as PolicyFacts, swapped(before) as Before)).toBe(outcome);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('what is suggested as nearest is said of requests that are denied only', () => {
  let suggested = 0;
  fc.assert(
    fc.property(rules, job, facts, history, (from, asked, known, before) => {
      const policy = policyFrom(from);
      const { outcome, nearest } = decide(policy, asked, withUses(policy, asked, known, before));
      if (nearest !== undefined) {
        suggested++;
        expect(outcome).toBe('deny');
      }
    }),
    { numRuns: 300 },
  );
  expect(suggested).toBeGreaterThan(10);
});
