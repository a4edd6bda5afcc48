import fc from 'fast-check';
import { decide } from '../decide/decide.js';
import { by, facts, payrollMean, policyOf } from '../testing/consortium.js';
import { facts as someFacts, job, policyFrom, rules } from '../testing/generated.js';
import { type PolicyJob } from '../types.js';
import { diff } from './diff.js';
import { type RecordedDecision } from './replay.js';

const changes = (before: string, after: string): string[] => diff(policyOf(before), policyOf(after)).sentences.map(({ change, before: old, after: now, loosens }) => `${change} ${old?.line ?? ''}>${now?.line ?? ''}${loosens === undefined ? '' : `: ${loosens}`}`);

describe('the sentences that differ', () => {
  test.each<[string, string, string, string[]]>([
    ['none, where only words, order and layout do', 'Allow Node A to compute.\nNode B may run Mean.', '# why\nPermit Node B to run Mean. Node A can compute.', []],
    ['one that is added', 'Allow Node A to compute.', 'Allow Node A to compute.\nAllow Node B to compute.', ['added >2']],
    ['one that is written twice and then once', 'Allow Node A to compute.\nAllow Node A to compute.', 'Allow Node A to compute.', ['removed 2>']],
    ['a permission that is removed takes nothing back', 'Allow Node A to compute.\nAllow Node B to compute.', 'Allow Node B to compute.', ['removed 1>']],
    ['a guard that is removed', 'Allow Node A to compute only if Node B signs.', 'Allow Node B to compute.', ['removed 1>: its signatures bind other permissions no more', 'added >1']],
    ['a prohibition that is removed', 'Never allow anyone to compute on Payroll.', '', ['removed 1>: what it held back is held back no more']],
    ['a limit that is removed', 'Limit Node A to 10 computations per day on Payroll.', '', ['removed 1>: the limit is gone: nothing bounds this any more, and what was used counts for nothing']],
    ['a limit that is raised', 'Limit Node A to 10 computations per day on Payroll.', 'Limit Node A to 20 computations per day on Payroll.', ['changed 1>1: the limit is raised from 10 to 20']],
    ['a limit that is lowered', 'Limit Node A to 10 computations per day on Payroll.', 'Limit Node A to 5 computations per day on Payroll.', ['changed 1>1']],
    ['a smaller group', 'Every result must cover at least 25 records.', 'Every result must cover at least 10 records.', ['changed 1>1: results may be about 10 records instead of 25']],
    ['`only if` that became `if`', 'Allow Node A to compute only if Node B signs.', 'Allow Node A to compute if Node B signs.', ['changed 1>1: its signatures bind other permissions no more']],
    ['a prohibition that signatures lift now', 'Never allow anyone to compute on Faces.', 'Never allow anyone to compute on Faces unless Node C signs.', ['changed 1>1: signatures lift it now']],
    ['the signatures of policy changes', 'Policy changes need Node A and Node B to sign.', '', ['removed 1>: the next policy needs these signatures no more']],
    ['a group, and what names it', 'Define Clinics as St Mary and Riverside. Clinics may compute.', 'Define Clinics as St Mary and Lakeview. Clinics may compute.', ['changed 1>1', 'changed 1>1: it allows other requests than before']],
    ['a condition that is dropped', 'Allow Node A to compute if Node B signs.', 'Allow Node A to compute.', ['changed 1>1: it needs no signatures any more']],
    ['fewer signatures', 'Policy changes need at least 2 of Node A, Node B and Node C to sign.', 'Policy changes need at least 1 of Node A, Node B and Node C to sign.', ['changed 1>1: other signatures are enough for the next policy']],
    ['more signatures', 'Allow Node A to compute if at least 1 person from Compliance signs.', 'Allow Node A to compute if at least 2 people from Compliance sign.', ['changed 1>1']],
    ['one signature more', 'Allow Node A to compute if Node B signs.', 'Allow Node A to compute if Node B and Node C sign.', ['changed 1>1']],
    ['another signature', 'Allow Node A to compute if Node B signs.', 'Allow Node A to compute if Node C signs.', ['changed 1>1: other signatures are enough now']],
    ['more data', 'Allow Node A to compute on Payroll.', 'Allow Node A to compute on Payroll or Faces.', ['changed 1>1: it allows other requests than before']],
    ['less data', 'Allow Node A to compute on Payroll or Faces.', 'Allow Node A to compute on Payroll.', ['changed 1>1']],
    ['a prohibition of less', 'Never allow Node A to compute on Payroll or Faces.', 'Never allow Node A to compute on Faces.', ['changed 1>1: it holds for other requests than before, not for all of those']],
    ['a prohibition of more', 'Never allow Node A to compute on Faces.', 'Never allow anyone to compute on Faces.', ['changed 1>1']],
    ['a limit over a shorter period', 'Limit everyone to a total epsilon of 4 per quarter.', 'Limit everyone to a total epsilon of 4 per day.', ['changed 1>1: it counts over other periods']],
    ['a limit that each has now', 'Limit everyone to 5 computations per day.', 'Limit each node to 5 computations per day.', ['changed 1>1: each node that asks has its own now']],
    ['a limit on less', 'Limit Node A to 5 computations per day.', 'Limit Node A to 5 computations per day on Faces.', ['changed 1>1: it holds for other requests than before, not for all of those']],
    ['a larger epsilon', 'Every computation must use differential privacy with epsilon at most 0.5.', 'Every computation must use differential privacy with epsilon at most 5.', ['changed 1>1: it asks for less, or for something else']],
    ['a smaller epsilon', 'Every computation must use differential privacy with epsilon at most 0.5.', 'Every computation must use differential privacy with epsilon at most 0.05.', ['changed 1>1']],
    ['a delta', 'Every computation must use differential privacy with epsilon at most 0.5.', 'Every computation must use differential privacy with epsilon at most 0.5 and delta at most 0.01.', ['changed 1>1: it asks for less, or for something else']],
    ['slower links', 'Every computation must use links with a round trip of at most 80 ms.', 'Every computation must use links with a round trip of at most 90 ms.', ['changed 1>1: it asks for less, or for something else']],
    ['one requirement less', 'Every computation must be for research and use a malicious-secure protocol.', 'Every computation must be for research.', ['changed 1>1: it asks for less, or for something else']],
    ['a profile that rests on more', 'Every computation must rest on Module-LWE only.', 'Every computation must use an LPN-free protocol.', ['changed 1>1: it asks for less, or for something else']],
    ['a profile that rests on less', 'Every computation must use an LPN-free protocol.', 'Every computation must rest on Module-LWE only.', ['changed 1>1']],
    ['one requirement more', 'Every computation must be for research.', 'Every computation must be for research and use a malicious-secure protocol.', ['changed 1>1']],
    ['fewer regions', 'Every computation must run only on nodes in the EU or UK.', 'Every computation must run only on nodes in the UK.', ['changed 1>1']],
    ['more receivers', 'Only Node A may receive the result of Mean.', 'Only Node A and Node C may receive the result of Mean.', ['changed 1>1: others may receive results now']],
    ['more time', 'Results must be deleted after 30 days.', 'Results must be deleted after 60 days.', ['changed 1>1: there is more time for it']],
    ['fewer who are told', 'After every computation, notify Compliance and Node B within 1 hour.', 'After every computation, notify Node B within 1 hour.', ['changed 1>1: not all who were told still are']],
    ['fewer who may veto', 'Node A or Node B may veto a computation.', 'Node A may veto a computation.', ['changed 1>1: not all who could veto still can']],
    ['a pause that signatures lift', 'Pause all computations.', 'Pause all computations until Node B signs.', ['changed 1>1: signatures lift it now']],
    ['longer signatures', 'Signatures expire after 4 hours.', 'Signatures expire after 8 hours.', ['changed 1>1: signatures last longer']],
  ])('%s', (_, before, after, expected) => expect(changes(before, after)).toEqual(expected));
});

const recorded = (id: string, asked: PolicyJob, source: string, ...signed: readonly string[]): RecordedDecision => {
  const known = { ...facts(...signed), uses: [] };
  return { id, at: `2026-10-05T12:00:${id.padStart(2, '0')}.000Z`, job: asked, facts: known, outcome: decide(policyOf(source), asked, known).outcome };
};
const replayed = (before: string, after: string, history: readonly RecordedDecision[]): string[] =>
  (diff(policyOf(before), policyOf(after), { history }).decisions ?? []).map(({ id, from, to, by: cause }) => `${id}: ${from} → ${to} by ${cause === undefined ? 'nothing' : `${cause.side} "${cause.rule.sentence}"`}`);

describe('what is looser', () => {
  it('is told wherever a changed sentence allows a request that the one before denied', () => {
    const RANK = { deny: 0, needs_signatures: 1, allow: 2 };
    let told = 0;
    fc.assert(
      fc.property(rules, fc.nat(), rules, job, someFacts, (old, at, others, asked, known) => {
        const place = at % Math.max(1, old.length);
        const successor = others.find(({ kind }) => kind === old[place]?.kind);
        fc.pre(successor !== undefined);
        const now = old.map((rule, i) => (i === place ? successor : rule));
        const [before, after] = [policyFrom(old), policyFrom(now)];
        const changed = diff(before, after).sentences;
        fc.pre(changed.length === 1 && changed[0].change === 'changed' && changed[0].loosens === undefined);
        const [from, to] = [before, after].map((policy) => RANK[decide(policy, asked, { ...known, uses: undefined }).outcome]);
        told++;
        expect(to).toBeLessThanOrEqual(from);
      }),
      { numRuns: 40 },
    );
    expect(told).toBeGreaterThan(30);
  });
});

describe('recorded decisions under another policy', () => {
  const open = 'Allow Node A to compute.';
  test.each<[string, string, string, readonly RecordedDecision[], string[]]>([
    ['a new prohibition', open, `${open} Never allow anyone to compute on Payroll.`, [recorded('1', payrollMean, open), recorded('2', by('Node B'), open)], ['1: allow → deny by after "Never allow anyone to compute on Payroll."']],
    ['a permission that is gone', open, 'Allow Node B to compute.', [recorded('1', payrollMean, open)], ['1: allow → deny by before "Allow Node A to compute."']],
    ['a new permission', open, `${open} Allow Node B to compute.`, [recorded('1', by('Node B'), open)], ['1: deny → allow by after "Allow Node B to compute."']],
    ['a prohibition that is gone', `${open} Never allow anyone to compute on Payroll.`, open, [recorded('1', payrollMean, `${open} Never allow anyone to compute on Payroll.`)], ['1: deny → allow by before "Never allow anyone to compute on Payroll."']],
    ['a new guard', open, `${open} Allow Node A to compute only if Node B signs.`, [recorded('1', payrollMean, open), recorded('2', payrollMean, open, 'Node B')], ['1: allow → needs_signatures by after "Allow Node A to compute only if Node B signs."']],
    ['another signer', 'Allow Node A to compute if Node B signs.', 'Allow Node A to compute if Node C signs.', [recorded('1', payrollMean, 'Allow Node A to compute if Node B signs.')], ['1: needs_signatures → needs_signatures by after "Allow Node A to compute if Node C signs."']],
    ['a limit counts what the history used before', open, `${open} Limit Node A to 2 computations per day on Payroll.`, ['1', '2', '3'].map((id) => recorded(id, payrollMean, open)), ['3: allow → deny by after "Limit Node A to 2 computations per day on Payroll."']],
    ['nothing where the meaning is the same', open, 'Permit Node A to compute.', [recorded('1', payrollMean, open)], []],
  ])('%s', (_, before, after, history, expected) => expect(replayed(before, after, history)).toEqual(expected));

  it('a request that was decided on several times draws on a limit once', () => {
    const history = ['1', '2', '3'].map((id) => ({ ...recorded(id, payrollMean, open), request: 'job' }));
    expect(replayed(open, `${open} Limit Node A to 2 computations per day on Payroll.`, history)).toEqual([]);
  });

  it('says what was recorded where the policy before says otherwise', () => {
    const history = [{ ...recorded('1', payrollMean, open), outcome: 'deny' as const }];
    expect(diff(policyOf(open), policyOf('Allow Node B to compute.'), { history }).decisions).toMatchObject([{ recorded: 'deny', from: 'allow', to: 'deny' }]);
  });

  it('are exactly those that both policies decide differently', () => {
    const seen = { changed: 0, same: 0 };
    fc.assert(
      fc.property(rules, rules, job, someFacts, (old, now, asked, known) => {
        const [before, after] = [policyFrom(old), policyFrom(now)];
        const told = { ...known, uses: [] };
        const [from, to] = [decide(before, asked, told), decide(after, asked, told)];
        const changed = diff(before, after, { history: [{ id: '1', at: known.now, job: asked, facts: known, outcome: from.outcome }] }).decisions ?? [];
        if (from.outcome === to.outcome && JSON.stringify(from.missing.map(({ of }) => of)) === JSON.stringify(to.missing.map(({ of }) => of))) seen.same++;
        else if (old.concat(now).every(({ kind }) => kind !== 'budget')) {
          seen.changed++;
          expect(changed).toMatchObject([{ from: from.outcome, to: to.outcome }]);
        }
        for (const { from: was, to: is, by: cause } of changed) if (was !== is) expect(cause).toBeDefined();
      }),
      { numRuns: 300 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(30);
  });
});
