import fc from 'fast-check';
import { SigningKey, verifySignature } from '#pqc';
import { auditLog, encodeLeaf, formatVkey, leafHash, MerkleTree, signCheckpoint, type AuditLeaf, type AuditOptions } from './index.js';

const origin = 'countersign.example/log';
const key = SigningKey.fromSeed('ML-DSA-44', new Uint8Array(32).fill(3));
const now = new Date('2026-03-01T12:00:00.000Z');
const transitions = { submitted: ['authorised', 'denied'], authorised: ['offered'], offered: ['running', 'authorised'], running: ['released', 'aborted'], released: [], denied: [], aborted: [] };
const options: AuditOptions = { logVkey: formatVkey(origin, key.publicKey), transitions, verifySignature };

type Step = [job: string, from: string | undefined, to: string, attempt?: string];
const leafOf = ([job, from, to, attempt]: Step, idx: number, change: Partial<AuditLeaf> = {}): Uint8Array => encodeLeaf({
  v: 'countersign.audit/1', log: origin, idx: String(idx), time: new Date(now.getTime() + idx).toISOString(), type: 'job.submitted',
  actor: { id: 'bank-a', kind: 'node' }, subject: { id: job, kind: 'job' }, ...(from ? { from } : {}), to, ...(attempt ? { attempt } : {}), ...change,
});
const history: Step[] = [
  ['job_1', undefined, 'submitted'], ['job_1', 'submitted', 'authorised'], ['job_2', undefined, 'submitted'], ['job_1', 'authorised', 'offered', '1'],
  ['job_2', 'submitted', 'denied'], ['job_1', 'offered', 'authorised', '1'], ['job_1', 'authorised', 'offered', '2'], ['job_1', 'offered', 'running', '2'], ['job_1', 'running', 'released', '2'],
];
const leaves = history.map((step, idx) => leafOf(step, idx));
const noteOf = (of: readonly Uint8Array[], signer = key): string => signCheckpoint(signer, { origin, size: of.length, root: new MerkleTree(of.map(leafHash)).root() }, now);
const note = noteOf(leaves);
const codes = (of: readonly Uint8Array[], change: Partial<AuditOptions> = {}, signed = note): string[] =>
  auditLog(signed, of, { ...options, ...change }).findings.map(({ code }) => code);
/** A log that was honestly signed and holds these steps. */
const codesOfHistory = (steps: Step[]): string[] => {
  const of = steps.map((step, idx) => leafOf(step, idx));
  return codes(of, {}, noteOf(of));
};

describe('the audit of a log', () => {
  it('finds nothing in an honest one, and says what it saw', () => {
    expect(auditLog(note, leaves, options)).toEqual({
      verified: true, origin, size: 9, root: Buffer.from(new MerkleTree(leaves.map(leafHash)).root()).toString('hex'),
      timestamp: now.getTime() / 1000, jobs: 2, leavesOfType: { 'job.submitted': 9 }, vanished: [], findings: [],
    });
    expect(auditLog(noteOf([]), [], options).verified).toBe(true);
  });

  it('finds an edited leaf', () => {
    expect(codes(leaves.with(4, leafOf(history[4], 4, { actor: { id: 'bank-c', kind: 'node' } })))).toEqual(['CS0807']);
  });

  it('finds a deleted leaf, and which', () => {
    const report = auditLog(note, leaves.toSpliced(2, 1), options);
    expect(report.findings).toContainEqual(expect.objectContaining({ code: 'CS0804', index: 2 }));
    expect(report.findings.some(({ code }) => code === 'CS0805' || code === 'CS0806' || code === 'CS0807')).toBe(false);
  });

  it('finds a moved leaf, and where', () => {
    const report = auditLog(note, leaves.with(1, leaves[2]).with(2, leaves[1]), options);
    expect(report.findings).toEqual([expect.objectContaining({ code: 'CS0805', index: 1 })]);
  });

  it('finds a missing end', () => {
    expect(codes(leaves.slice(0, 8))).toEqual(['CS0806']);
    expect(codes([])).toEqual(['CS0806']);
  });

  it('finds leaves after the end that nobody signed', () => {
    expect(codes([...leaves, leafOf(['job_3', undefined, 'submitted'], 9)])).toEqual(['CS0811']);
  });

  it('finds a fork: another history signed before, at the same or a smaller size', () => {
    const other = leaves.with(4, leafOf(history[4], 4, { actor: { id: 'bank-c', kind: 'node' } }));
    expect(codes(leaves, { earlier: [noteOf(other)] })).toEqual(['CS0808']);
    expect(codes(leaves, { earlier: [noteOf(other.slice(0, 6))] })).toEqual(['CS0808']);
    expect(codes(leaves, { earlier: [noteOf(leaves.slice(0, 6)), noteOf([]), note] })).toEqual([]);
  });

  it('finds an old backup: a larger log was signed before', () => {
    expect(codes(leaves.slice(0, 6), { earlier: [note] }, noteOf(leaves.slice(0, 6)))).toEqual(['CS0806']);
  });

  it('finds a checkpoint of another key, of another log, or that is none', () => {
    expect(codes(leaves, {}, noteOf(leaves, SigningKey.generate('ML-DSA-44')))).toEqual(['CS0802']);
    expect(codes(leaves, { origin: 'other.example/log' })).toEqual(['CS0803']);
    expect(codes(leaves, {}, 'none')).toEqual(['CS0801']);
    expect(codes(leaves, { logVkey: 'none' })).toEqual(['CS0812']);
  });

  it('finds leaves of another log and leaves outside the profile, although they are signed', () => {
    const foreign = [leafOf(history[0], 0, { log: 'other.example/log' })];
    expect(codes(foreign, {}, noteOf(foreign))).toEqual(['CS0803']);
    const text = [new TextEncoder().encode('{"v": 1}')];
    expect(codes(text, {}, noteOf(text))).toEqual(['CS0809']);
  });

  it.each<[string, Step[]]>([
    ['skips a state', [['j', undefined, 'submitted'], ['j', 'submitted', 'offered', '1']]],
    ['begins in the middle', [['j', undefined, 'authorised']]],
    ['begins from somewhere', [['j', 'submitted', 'authorised']]],
    ['begins twice', [['j', undefined, 'submitted'], ['j', undefined, 'submitted']]],
    ['goes on after its end', [['j', undefined, 'submitted'], ['j', 'submitted', 'denied'], ['j', 'denied', 'authorised']]],
    ['goes on from where it was not', [['j', undefined, 'submitted'], ['j', 'authorised', 'offered', '1']]],
    ['goes to a state that there is not', [['j', undefined, 'submitted'], ['j', 'submitted', 'constructor']]],
    ['goes back to an earlier attempt', [['j', undefined, 'submitted'], ['j', 'submitted', 'authorised'], ['j', 'authorised', 'offered', '2'], ['j', 'offered', 'authorised', '1']]],
  ])('finds a job that %s', (_name, steps) => {
    expect(codesOfHistory(steps)).toEqual(['CS0810']);
  });

  it('never verifies leaves other than the signed ones', () => {
    const changes: fc.Arbitrary<Uint8Array[]>[] = [
      fc.tuple(fc.nat(8), fc.nat(1000)).map(([at, byte]) => leaves.with(at, leaves[at].with(byte % leaves[at].length, leaves[at][byte % leaves[at].length] ^ 1))),
      fc.nat(8).map((at) => leaves.toSpliced(at, 1)),
      fc.tuple(fc.nat(8), fc.nat(8)).filter(([a, b]) => a !== b).map(([a, b]) => leaves.with(a, leaves[b])),
      fc.nat(8).map((at) => leaves.toSpliced(at, 0, leaves[at])),
      fc.shuffledSubarray(leaves).filter((some) => some.length < 9 || some.some((leaf, i) => leaf !== leaves[i])),
    ];
    fc.assert(fc.property(fc.oneof(...changes), (changed) => {
      const report = auditLog(note, changed, options);
      expect(report.verified).toBe(false);
      expect(report.findings.length).toBeGreaterThan(0);
    }));
  });

  it('reports at most 100 findings of a log that is all wrong', () => {
    const many = Array.from({ length: 300 }, () => new Uint8Array(3));
    expect(auditLog(noteOf(many), many, options).findings).toHaveLength(100);
  });
});
