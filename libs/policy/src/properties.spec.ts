import fc from 'fast-check';
import { decide } from './decide/decide.js';
import { facts, forbids, job, NODES, permits, policyFrom, readBack, rule, rules } from './testing/generated.js';
import { referenceOutcome } from './testing/reference.js';
import { type CompiledPolicy } from './rules.js';
import { type Outcome, type PolicyFacts, type PolicyJob } from './types.js';

const RUNS = { numRuns: 700 };
const outcomeOf = (policy: CompiledPolicy, asked: PolicyJob, known: PolicyFacts): Outcome => decide(policy, asked, known, { nearest: false }).outcome;
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
    fc.property(rules, job, facts, (from, asked, known) => {
      const expected = referenceOutcome(from, asked, known);
      seen.count(expected);
      expect(outcomeOf(policyFrom(from), asked, known)).toBe(expected);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('one more signature never makes a decision worse, and on a denial no signature helps', () => {
  const rank: Record<Outcome, number> = { deny: 0, needs_signatures: 1, allow: 2 };
  const seen = counting();
  fc.assert(
    fc.property(rules, job, facts, fc.nat(), (from, asked, known, pick) => {
      const policy = policyFrom(from);
      const before = outcomeOf(policy, asked, known);
      seen.count(before);
      const { name, keyId, roles } = known.signers[pick % known.signers.length];
      const after = outcomeOf(policy, asked, { ...known, signatures: [...known.signatures, { signer: name, keyId, roles, signedAt: known.now }] });
      expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      if (before === 'deny') expect(after).toBe('deny');
      if (before !== 'deny') expect(outcomeOf(policy, asked, everybodySigns(known))).toBe('allow');
    }),
    RUNS,
  );
  seen.enough(50);
});

test('those who are named as missing are enough, and without one of them it is not', () => {
  let waiting = 0;
  fc.assert(
    fc.property(rules, job, facts, (from, asked, known) => {
      const policy = policyFrom(from);
      const { outcome, missing, canSign, signaturesHelp } = decide(policy, asked, known);
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
      expect(outcomeOf(policy, asked, signing(named))).toBe('allow');
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
    fc.property(rules, permits, forbids, job, facts, (from, permit, forbid, asked, known) => {
      const without = outcomeOf(policyFrom(from), asked, known);
      seen.count(without);
      if (!('binding' in permit) && without === 'allow') expect(outcomeOf(policyFrom([...from, permit]), asked, known)).toBe('allow');
      if (without !== 'allow') expect(outcomeOf(policyFrom([...from, forbid]), asked, known)).not.toBe('allow');
      if (without === 'deny') expect(outcomeOf(policyFrom([...from, forbid]), asked, known)).toBe('deny');
    }),
    RUNS,
  );
  seen.enough(50);
});

test('the order of sentences does not matter', () => {
  const seen = counting();
  const shuffled = rules.chain((from) => fc.tuple(fc.constant(from), fc.shuffledSubarray([...from], { minLength: from.length, maxLength: from.length })));
  fc.assert(
    fc.property(shuffled, job, facts, ([from, other], asked, known) => {
      const outcome = outcomeOf(policyFrom(from), asked, known);
      seen.count(outcome);
      expect(outcomeOf(policyFrom(other), asked, known)).toBe(outcome);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('renaming the nodes consistently changes nothing', () => {
  const swapped = (value: unknown): unknown => {
    const text = JSON.stringify(value).replace(/\b(Alder|Birch|Cedar)\b/g, (name) => NODES[(NODES.indexOf(name) + 1) % NODES.length]);
    return JSON.parse(text, (key, field: unknown) => (key === 'who' || key === 'nodes' ? (field as string[]).sort() : field));
  };
  const seen = counting();
  fc.assert(
    fc.property(rules, job, facts, (from, asked, known) => {
      const plain = policyFrom(from);
      const outcome = outcomeOf(plain, asked, known);
      seen.count(outcome);
      expect(outcomeOf(swapped(plain) as CompiledPolicy, swapped(asked) as PolicyJob, swapped(known) as PolicyFacts)).toBe(outcome);
    }),
    RUNS,
  );
  seen.enough(50);
});

test('what is suggested as nearest is said of requests that are denied only', () => {
  let suggested = 0;
  fc.assert(
    fc.property(rules, job, facts, (from, asked, known) => {
      const { outcome, nearest } = decide(policyFrom(from), asked, known);
      if (nearest !== undefined) {
        suggested++;
        expect(outcome).toBe('deny');
      }
    }),
    { numRuns: 300 },
  );
  expect(suggested).toBeGreaterThan(10);
});
