import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parse } from 'yaml';
import { decide } from '../decide/decide.js';
import { signedByAll, signersSupposed, withSignatures, type Known } from '../requests/supposed.js';
import { policyOf, registry, signers } from '../testing/consortium.js';
import { facts, job, policyFrom, rules, world } from '../testing/generated.js';
import { type PolicyRegistry } from '../types.js';
import { whoCan, type Possible, type WhoCanQuestion } from './who-can.js';

const known: Known = { registry, signers, now: '2026-10-05T12:00:00.000Z' };
const missingOf = ({ missing }: Possible): string => missing.map(({ atLeast, of }) => `${atLeast} of ${of.join(', ')}`).join(' and ');
const answers = (source: string, question: WhoCanQuestion = {}, about = known): string[] =>
  whoCan(policyOf(source), about, question).possible.map((row) => {
    const { who, agent, program, dataset, together, purpose, receivers, protection } = row;
    return [
      `${agent === undefined ? '' : agent ? 'agent of ' : 'person of '}${who}: ${program} on ${[dataset, ...(together ?? [])].join(' with ')}`, purpose === undefined ? '' : `for ${purpose}`,
      `to ${receivers.length === registry.nodes.length ? 'anyone' : receivers.join('/')}`, missingOf(row) === '' ? '' : `needs ${missingOf(row)}`, protection.length === 0 ? '' : `with ${protection.join(' and ')}`,
    ].filter((text) => text !== '').join(', ');
  });

describe('who can', () => {
  test.each<[string, string, string[]]>([
    ['lists what a permission covers', 'Node A may run Mean or Sum on Payroll.', ['Node A: Mean on Payroll, to anyone', 'Node A: Sum on Payroll, to anyone']],
    ['names the fewest signatures', 'Node A may run Mean on Payroll if at least 2 of Node A, Node B and Node C sign. Node A may run Mean on Payroll if Node B signs.', ['Node A: Mean on Payroll, to anyone, needs 1 of Node B']],
    ['a guard binds every permission', 'Node A may run Mean on Payroll. Allow anyone to run Mean on Faces. Allow Node A to run Mean only if Node C signs.', [
      'Lakeview: Mean on Faces, to anyone',
      ...['Admissions', 'Card Transactions', 'Faces', 'Payroll'].map((dataset) => `Node A: Mean on ${dataset}, to anyone, needs 1 of Node C`),
      ...['Node B', 'Node C', 'Northwind Bank', 'Riverside', 'Southgate Bank', 'St Mary'].map((who) => `${who}: Mean on Faces, to anyone`),
    ]],
    ['leaves out what is forbidden', 'Node A may run Mean on Payroll and Faces. Never allow anyone to compute on data tagged biometric.', ['Node A: Mean on Payroll, to anyone']],
    ['who receives', 'Node A may run Mean on Payroll. Only Node B and Node C may receive results.', ['Node A: Mean on Payroll, to Node B/Node C']],
    ['a purpose where it matters', 'Node A may run Mean on Payroll for research. Node A may run Sum on Payroll.', ['Node A: Mean on Payroll, for research, to anyone', 'Node A: Sum on Payroll, to anyone']],
    ['a purpose that saves signatures', 'Node A may run Mean on Payroll if Node B signs. Node A may run Mean on Payroll for audit.', ['Node A: Mean on Payroll, to anyone, needs 1 of Node B', 'Node A: Mean on Payroll, for audit, to anyone']],
    ['any purpose but one', 'Node A may run Mean on Payroll. No one may compute on Payroll for marketing.', ['Node A: Mean on Payroll, for another purpose, to anyone']],
    ['what the protocol must rest on', 'Node A may run Mean on Payroll. Every computation must rest on Module-LWE only.', ['Node A: Mean on Payroll, to anyone, with a protocol that rests on Module-LWE only']],
    ['no more than it must', 'Node A may run Mean on Payroll. Every computation must use an LPN-free protocol and be for research.', ['Node A: Mean on Payroll, for research, to anyone, with an LPN-free protocol']],
    ['what the protocol must be', 'Node A may run Mean on Payroll. Every computation must use a malicious-secure protocol.', ['Node A: Mean on Payroll, to anyone, with a malicious-secure protocol']],
    ['what rests on an approved program', 'Node A may run Mean on Payroll. Node A may run Mean on Faces. Every computation on Payroll must use a program approved by Node B.', ['Node A: Mean on Faces, to anyone', 'Node A: Mean on Payroll, to anyone, with an approved program']],
    ['agents apart from people', 'Node A may run Mean on Payroll. Never allow AI agents to compute unless a person from Data Protection signs.', ['person of Node A: Mean on Payroll, to anyone', 'agent of Node A: Mean on Payroll, to anyone, needs 1 of Cleo']],
    ['owners are those of the data', 'Node A may run Mean on Admissions if every data owner signs.', ['Node A: Mean on Admissions, to anyone, needs 1 of St Mary']],
    ['what will be possible later', 'Node A may run Mean on Payroll from 1 December 2026.', ['Node A: Mean on Payroll, to anyone']],
    ['nothing that is over', 'Node A may run Mean on Payroll until 1 October 2026.', []],
    ['nothing that could never be signed', 'Requesters must not sign their own jobs. Node A may run Mean on Payroll if Node A signs.', []],
    ['a window', 'Node A may run Mean on Payroll. Every computation must start on weekends between 03:00 and 04:00 Europe/London time.', ['Node A: Mean on Payroll, to anyone']],
    ['data that only together is allowed', 'Node A may run Mean on Payroll and Faces if at least 3 data owners sign.', ['Node A: Mean on Faces with Payroll, to anyone, needs 3 of Node A, Node B, Node C', 'Node A: Mean on Payroll with Faces, to anyone, needs 3 of Node A, Node B, Node C']],
  ])('%s', (_, source, expected) => expect(answers(source)).toEqual(expected));

  it('answers for less than everything', () => {
    const source = 'Allow anyone to run Mean and Sum. Only the requester may receive results.';
    expect(answers(source, { who: 'Node A', program: 'Mean', dataset: 'Payroll' })).toEqual(['Node A: Mean on Payroll, to Node A']);
    expect(answers(source, { program: 'Mean', dataset: 'Payroll', receiver: 'Node B' })).toEqual(['Node B: Mean on Payroll, to Node B']);
    expect(answers('Node A may run Mean on Payroll for research.', { purpose: 'audit' })).toEqual([]);
  });

  it('takes nodes to be where a rule wants them, unless it is told where they are', () => {
    const source = 'Node A may run Mean on Payroll. Every computation must run only on nodes in the EU.';
    expect(answers(source)).toEqual(['Node A: Mean on Payroll, to anyone']);
    expect(answers(source, {}, { ...known, regions: registry.nodes.map((node) => ({ node, region: 'US' })) })).toEqual([]);
  });

  it('says when there was too much to look at', () => {
    const many = { nodes: Array.from({ length: 40 }, (_, i) => `N${i}`), datasets: Array.from({ length: 40 }, (_, i) => ({ name: `D${i}`, node: `N${i}`, tags: [] })), programs: ['Mean', 'Sum'], roles: [] };
    const policy = policyOf('Allow anyone to compute if any data owner signs.', many);
    expect(whoCan(policy, { registry: many, signers: signersSupposed(many, policy), now: known.now }).note).toContain('ask for less');
    const one = whoCan(policy, { registry: many, signers: signersSupposed(many, policy), now: known.now }, { who: 'N3', program: 'Mean', dataset: 'D7' });
    expect(one).toMatchObject({ possible: [{ who: 'N3', dataset: 'D7', missing: [{ atLeast: 1, of: ['N7'] }] }] });
    expect(one.note).toBeUndefined();
  });
});

const folder = fileURLToPath(new URL('../../../../policies/', import.meta.url));
test('of the example policy for banks', () => {
  const names = parse(readFileSync(`${folder}credit.registry.yaml`, 'utf8')) as PolicyRegistry;
  const policy = policyOf(readFileSync(`${folder}credit.policy`, 'utf8'), names);
  const { possible } = whoCan(policy, { registry: names, signers: signersSupposed(names, policy), now: known.now });
  expect(new Set(possible.map(({ who }) => who))).toEqual(new Set(['Bank A']));
  expect(possible.filter(({ program }) => program === 'Linear Score').map(({ dataset }) => dataset)).toEqual(['Loans', 'Weights']);
});

test('agrees with the decisions: what is listed is allowed once it is signed, and what is not is denied whoever signs', () => {
  const seen = { listed: 0, unlisted: 0 };
  fc.assert(
    fc.property(rules, job, facts, (from, drawn, told) => {
      const policy = policyFrom(from);
      const asked = { ...drawn, parties: [...new Set([...drawn.inputs.map(({ node }) => node), ...drawn.parties])] };
      const about: Known = { registry: world, signers: told.signers, now: told.now, regions: told.regions ?? [] };
      const { possible, note } = whoCan(policy, about, { who: asked.requester.node, program: asked.program.name });
      expect(note).toBeUndefined();
      for (const { missing, example } of possible) {
        seen.listed++;
        const named = new Set(missing.flatMap(({ of }) => of));
        expect(decide(policy, example.job, withSignatures(example.facts, (name) => named.has(name))).outcome).toBe('allow');
        expect(decide(policy, example.job, example.facts).outcome).toBe(missing.length === 0 ? 'allow' : 'needs_signatures');
      }
      const listed = possible.filter(({ agent }) => agent === undefined || agent === asked.requester.agent).map(({ dataset }) => dataset);
      if (asked.inputs.every(({ dataset }) => listed.includes(dataset))) return;
      seen.unlisted++;
      expect(decide(policy, asked, signedByAll({ job: asked, facts: told }).facts).outcome).toBe('deny');
    }),
    { numRuns: 300 },
  );
  expect(Math.min(seen.listed, seen.unlisted)).toBeGreaterThan(80);
});
