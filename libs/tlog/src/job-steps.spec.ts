import { SigningKey, verifySignature } from '#pqc';
import { auditLog, encodeLeaf, formatVkey, leafHash, MerkleTree, signCheckpoint, type AuditLeaf, type AuditReport } from './index.js';

/** Logs that are honestly signed, of one job of five parties in a suite that takes three. */
const origin = 'countersign.example/log';
const key = SigningKey.fromSeed('ML-DSA-44', new Uint8Array(32).fill(3));
const now = new Date('2026-03-01T12:00:00.000Z');
const transitions = { submitted: ['authorised'], authorised: ['offered'], offered: ['accepted', 'authorised'], accepted: ['running', 'aborted'], running: ['held', 'aborted'], held: ['released', 'aborted'], released: [], aborted: [] };
const parties = ['a', 'b', 'c', 'd', 'e'];
const statement = (kind: string, party: string, salt = '') => ({ kind, kid: `key-${party}`, stmt: Buffer.from(`${kind} ${party} ${salt}`.padEnd(32)).toString('hex'), sig: 'd'.repeat(64) });
const job = { subject: { id: 'job_1', kind: 'job' }, attempt: '1' } as const;

type Fields = Partial<AuditLeaf>;
const step = (from: string | undefined, to: string, more: Fields = {}): Fields => ({ type: 'session.started', ...job, ...(from ? { from } : {}), to, ...more });
const begun: readonly Fields[] = [
  step(undefined, 'submitted', { attempt: undefined }), step('submitted', 'authorised', { attempt: undefined }), step('authorised', 'offered'),
  step('offered', 'accepted', { evidence: parties.map((party) => statement('accept', party)) }),
];
const gone = (party: string, more: Fields = {}): Fields => ({ type: 'session.vanished', ...job, party, suite: 'some', outcome: 'CS0751', req: 'f'.repeat(64), evidence: [statement('accept', party)], ...more });
const released = (signers: readonly string[]): Fields => step('held', 'released', { evidence: signers.map((party) => statement('receipt', party)) });
const way = [step('accepted', 'running'), step('running', 'held')] as const;

const registered: readonly Fields[] = parties.map((party, i) => ({ type: i % 2 ? 'node.updated' : 'node.registered', subject: { id: party, kind: 'node' }, evidence: [statement('node-registration', party)] }));

function audit(fields: readonly Fields[], leastParties: ((suite: string, parties: number) => number | undefined) | null = (suite, count) => (suite === 'some' ? Math.floor(count / 2) + 1 : undefined)): AuditReport {
  const leaves = [...registered, ...fields].map((leaf, idx) => encodeLeaf({
    v: 'countersign.audit/1', log: origin, idx: String(idx), time: new Date(now.getTime() + idx).toISOString(), actor: { id: 'control-plane', kind: 'service' }, ...JSON.parse(JSON.stringify(leaf)),
  } as AuditLeaf));
  const note = signCheckpoint(key, { origin, size: leaves.length, root: new MerkleTree(leaves.map(leafHash)).root() }, now);
  return auditLog(note, leaves, { logVkey: formatVkey(origin, key.publicKey), transitions, ...(leastParties === null ? {} : { leastParties }), verifySignature });
}
const codes = (...given: Parameters<typeof audit>): string[] => audit(...given).findings.map(({ code }) => code);

describe('a job that goes on without parties', () => {
  it('is in order when enough stay and sign, and the audit names who vanished', () => {
    const report = audit([...begun, way[0], gone('b'), way[1], gone('e'), released(['a', 'c', 'd'])]);
    expect(report.findings).toEqual([]);
    expect(report.vanished).toEqual([
      { index: 10, job: 'job_1', req: 'f'.repeat(64), suite: 'some', party: 'b', parties: 5 }, { index: 12, job: 'job_1', req: 'f'.repeat(64), suite: 'some', party: 'e', parties: 5 },
    ]);
    expect(codes([...begun, gone('b'), ...way, released(['a', 'c', 'd', 'e'])])).toEqual([]);
    expect(codes([...begun, gone('b'), way[0], gone('c'), step('running', 'aborted')])).toEqual([]);
  });

  it.each<[string, readonly Fields[], string[]]>([
    ['more vanish than may', [...begun, ...way, gone('a'), gone('b'), gone('c'), released(['d', 'e'])], ['CS0680', 'CS0681']],
    ['it vanishes twice', [...begun, ...way, gone('a'), gone('a')], ['CS0680']],
    ['it vanishes before all have accepted', [...begun.slice(0, 3), gone('a')], ['CS0680']],
    ['it vanishes when the job is over', [...begun, ...way, released(parties), gone('a')], ['CS0680']],
    ['it vanishes from a job that there is not', [gone('a')], ['CS0680']],
    ['it vanishes from another attempt', [...begun, gone('a', { attempt: '2' })], ['CS0680']],
    ['it had not accepted', [...begun, gone('f')], ['CS0680']],
    ['the Accept shown is of another', [...begun, gone('a', { evidence: [statement('accept', 'b')] })], ['CS0680']],
    ['it had accepted something else', [...begun, gone('a', { evidence: [statement('accept', 'a', 'x')] })], ['CS0680']],
    ['two are said to have vanished at once', [...begun, gone('a', { evidence: [statement('accept', 'a'), statement('accept', 'b')] })], ['CS0680']],
    ['no Accept is shown', [...begun, gone('a', { evidence: undefined })], ['CS0680']],
    ['the suite is unknown', [...begun, gone('a', { suite: 'other' })], ['CS0680']],
    ['it is no job', [...begun, gone('a', { subject: { id: 'job_1', kind: 'node' } })], ['CS0680']],
  ])('is found out when %s', (_, fields, expected) => expect(codes(fields)).toEqual(expected));

  it.each<[string, readonly string[]]>([['one is missing', ['a', 'c', 'd']], ['the one that vanished signs as well', parties], ['one signs twice', ['a', 'c', 'd', 'd']], ['somebody else signs', ['a', 'c', 'd', 'f']]])(
    'is found out when of the receipts %s', (_, signers) => expect(codes([...begun, ...way, gone('b'), released(signers)])).toEqual(['CS0681']));

  it('needs every receipt when nobody vanished', () => {
    expect(codes([...begun, ...way, released(parties)])).toEqual([]);
    expect(codes([...begun, ...way, released(parties.slice(1))])).toEqual(['CS0681']);
  });

  it('is never in order for an auditor that knows of no such suite', () => expect(codes([...begun, gone('b')], null)).toEqual(['CS0680']));

  it('forgets who vanished from an earlier attempt', () => {
    const again = [step('offered', 'authorised'), step('authorised', 'offered', { attempt: '2' }), step('offered', 'accepted', { attempt: '2', evidence: parties.map((party) => statement('accept', party, '2')) })];
    expect(codes([...begun.slice(0, 3), ...again, { ...gone('a'), attempt: '2', evidence: [statement('accept', 'a', '2')] }])).toEqual([]);
    expect(codes([...begun.slice(0, 3), ...again, { ...gone('a'), attempt: '2' }])).toEqual(['CS0680']);
  });
});

it('a leaf says which party vanished and in which suite just where one did', () => {
  const encode = (fields: Fields): Uint8Array => encodeLeaf({ v: 'countersign.audit/1', log: origin, idx: '0', time: now.toISOString(), actor: { id: 'x', kind: 'service' }, ...fields } as AuditLeaf);
  expect(() => encode(gone('a'))).not.toThrow();
  for (const name of ['party', 'suite', 'attempt'] as const) {
    const { [name]: _, ...rest } = gone('a');
    expect(() => encode(rest)).toThrow('profile');
  }
  expect(() => encode({ ...gone('a'), to: 'held' })).toThrow('profile');
  expect(() => encode({ ...gone('a'), from: 'held' })).toThrow('profile');
  expect(() => encode({ ...step('held', 'released'), party: 'a' })).toThrow('profile');
  expect(() => encode({ ...step('held', 'released'), suite: 'some' })).toThrow('profile');
});
