import type { SealedShare } from '#contract';
import { SealError } from '#pqc';
import { planJob, type Plan } from '#program';
import { testNode } from '#testing';
import { JobError } from './errors.js';
import { openShares, sealShare } from './sealed-shares.js';

const parties = ['Bank A', 'Bank B'];
const nodes = new Map([...parties, 'Auditor'].map((name) => [name, testNode(name)]));
const plan: Plan = planJob({
  program: 'Mean', parameters: { column: 'income' }, inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), parties, receivers: ['Auditor'], minimumGroup: 0,
  datasets: parties.map((node) => ({ node, name: 'Loans', tags: [], maxRows: 16, columns: { income: { type: 'number', min: 0, max: 10 } } })),
});
const about = { job: `job_${'a'.repeat(20)}`, jobDigest: 'a'.repeat(64), attempt: 3, plan };
const shareOf = (start: bigint): Map<string, BigUint64Array> => new Map(plan.outputs.map(({ name, length }, i) => [name, new BigUint64Array(length).fill(start + BigInt(i))]));
type Fields = Partial<Parameters<typeof sealShare>[1]>;
const sealOf = (share: Map<string, BigUint64Array>, from = 'Bank A', fields: Fields = {}): SealedShare =>
  sealShare(share, { ...about, from, to: 'Auditor', key: nodes.get(from)!.approval, receiver: nodes.get('Auditor')!.sealing.publicKey, ...fields });
const seal = (from: string, start: bigint, fields: Fields = {}): SealedShare => sealOf(shareOf(start), from, fields);
const open = (shares: SealedShare[], fields: Partial<Parameters<typeof openShares>[1]> = {}): Map<string, BigUint64Array> =>
  openShares(shares, { ...about, to: 'Auditor', key: nodes.get('Auditor')!.sealing, approvalKeyOf: (party) => nodes.get(party)!.approval.publicKey, ...fields });
const good = [seal('Bank A', 5n), seal('Bank B', 2n ** 64n - 3n)];

test('shares add up modulo 2^64', () => {
  expect(open(good)).toEqual(new Map(plan.outputs.map(({ name, length }, i) => [name, new BigUint64Array(length).fill(2n + 2n * BigInt(i))])));
});

test.each<[string, () => unknown, typeof JobError | typeof SealError]>([
  ['a missing share', () => open(good.slice(1)), JobError],
  ['a share twice', () => open([good[0], ...good]), JobError],
  ['a share of another attempt', () => open([{ ...good[0], attempt: 4 }, good[1]]), JobError],
  ['a share sealed for another attempt', () => open([{ ...seal('Bank A', 5n, { attempt: 4 }), attempt: 3 }, good[1]]), SealError],
  ['a share sealed for another receiver', () => open([{ ...seal('Bank A', 5n, { to: 'Bank B' }), to: 'Auditor' }, good[1]]), SealError],
  ['a share that somebody else made', () => open([seal('Bank A', 5n, { key: nodes.get('Bank B')!.approval }), good[1]]), JobError],
  ['an altered share', () => open([{ ...good[0], ciphertext: `${good[0].ciphertext.slice(0, -4)}AAAA` }, good[1]]), SealError],
  ['a share sealed for another job with an id like this one', () => open([seal('Bank A', 5n, { jobDigest: `${'a'.repeat(63)}b` }), good[1]]), SealError],
  ['a share sealed for another plan', () => open([seal('Bank A', 5n, { plan: { ...plan, outputs: plan.outputs.slice(0, 1) } }), good[1]]), SealError],
  ['a share of another length', () => open([sealOf(new Map(plan.outputs.map(({ name, length }) => [name, new BigUint64Array(length + 1)]))), good[1]]), JobError],
])('%s is refused', (_, act, error) => {
  expect(act).toThrow(error);
});

describe('in a suite that goes on without parties', () => {
  const names = ['Bank A', 'Bank B', 'Bank C', 'Bank D', 'Bank E'];
  const five = new Map(names.map((name) => [name, nodes.get(name) ?? testNode(name)]));
  const shared: Plan = { ...plan, suite: 'shamir-p61', parties: names };
  /** f(α) = 7 + α + 2·α² at every element, of which any three shares tell 7. */
  const sealedBy = (name: string, off = 0n): SealedShare => {
    const point = BigInt(names.indexOf(name) + 1);
    const share = new Map(plan.outputs.map((output) => [output.name, new BigUint64Array(output.length).fill(7n + point + 2n * point * point + off)]));
    return sealShare(share, { ...about, plan: shared, from: name, to: 'Auditor', key: five.get(name)!.approval, receiver: nodes.get('Auditor')!.sealing.publicKey });
  };
  const openOf = (shares: SealedShare[]): Map<string, BigUint64Array> => open(shares, { plan: shared, approvalKeyOf: (party) => five.get(party)!.approval.publicKey });
  const seven = new Map(plan.outputs.map(({ name, length }) => [name, new BigUint64Array(length).fill(7n)]));

  test.each([[names], [['Bank E', 'Bank A', 'Bank C']], [['Bank B', 'Bank C', 'Bank D', 'Bank E']]])('the shares of %j are enough', (some) => expect(openOf(some.map((name) => sealedBy(name)))).toEqual(seven));

  test.each<[string, () => SealedShare[]]>([
    ['too few', () => ['Bank A', 'Bank B'].map((name) => sealedBy(name))], ['none', () => []], ['one of them twice', () => ['Bank A', 'Bank B', 'Bank B', 'Bank C'].map((name) => sealedBy(name))],
    ['one that does not fit', () => [...['Bank A', 'Bank B', 'Bank C'].map((name) => sealedBy(name)), sealedBy('Bank D', 1n)]],
    ['one of a node that is no party', () => [...['Bank A', 'Bank B', 'Bank C'].map((name) => sealedBy(name)), { ...sealedBy('Bank D'), from: 'Bank Z' }]],
  ])('%s are refused', (_, shares) => expect(() => openOf(shares())).toThrow(expect.objectContaining({ code: 'CS0745' })));
});
