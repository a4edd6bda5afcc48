import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { canonicalise } from '#pqc/portable';
import { bodyCommitment, decodeLeaf, encodeLeaf, LEAF_TYPES, type AuditLeaf } from './index.js';

const digest = (letter: string): string => letter.repeat(64);
const leaf: AuditLeaf = {
  v: 'countersign.audit/1', log: 'countersign.example/log', idx: '7', time: '2026-03-01T12:00:00.000Z', type: 'job.authorised',
  actor: { id: 'bank-b', kind: 'node', kid: 'k'.repeat(43) }, subject: { id: 'job_0123456789abcdef0123', kind: 'job' },
  from: 'needs_signatures', to: 'authorised', attempt: '0', outcome: 'allow', req: digest('a'),
  evidence: [{ kind: 'approval', kid: 'k'.repeat(43), stmt: digest('b'), sig: digest('c') }], body: { alg: 'HMAC-SHA-256', c: digest('d') },
};
const badLeaf = expect.objectContaining({ code: 'CS0809' });
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const identifier = fc.stringMatching(/^[A-Za-z0-9._:/@-]{1,128}$/);
const arbitraryLeaf = fc.record({
  v: fc.constant(leaf.v), log: identifier, idx: fc.nat().map(String), time: fc.constant(leaf.time), type: fc.constantFrom(...LEAF_TYPES),
  actor: fc.record({ id: identifier, kind: fc.constantFrom('node', 'operator') }), subject: fc.record({ id: identifier, kind: fc.constantFrom('job', 'policy') }),
  outcome: identifier,
}).map((each) => (each.type === 'session.vanished' ? { ...each, attempt: '1', party: 'bank-c', suite: 'shamir-p61' } : each)) as fc.Arbitrary<AuditLeaf>;

describe('leaves', () => {
  it('come back from their bytes, which are canonical JSON', () => {
    expect(decodeLeaf(encodeLeaf(leaf))).toEqual(leaf);
    expect(new TextDecoder().decode(encodeLeaf(leaf))).toBe(canonicalise(leaf));
    const { v, log, idx, time, type, actor, subject } = leaf;
    expect(decodeLeaf(encodeLeaf({ v, log, idx, time, type, actor, subject }))).toEqual({ v, log, idx, time, type, actor, subject });
  });

  it('that differ have bytes that differ', () => {
    fc.assert(fc.property(arbitraryLeaf, arbitraryLeaf, (a, b) => {
      expect(Buffer.compare(encodeLeaf(a), encodeLeaf(b)) === 0).toBe(JSON.stringify(decodeLeaf(encodeLeaf(a))) === JSON.stringify(decodeLeaf(encodeLeaf(b))));
      expect(decodeLeaf(encodeLeaf(a))).toEqual(a);
    }));
  });

  it.each<[string, object]>([
    ['a number', { idx: 7 }],
    ['a leading zero', { idx: '07' }],
    ['a null', { outcome: null }],
    ['an unknown field', { note: 'x' }],
    ['an unknown type', { type: 'job.approved_by_magic' }],
    ['another version', { v: 'countersign.audit/2' }],
    ['a space in an identifier', { subject: { id: 'Bank A', kind: 'node' } }],
    ['a line end in an identifier', { subject: { id: 'a\n', kind: 'node' } }],
    ['an escape sequence', { subject: { id: 'a\u001b[2J', kind: 'node' } }],
    ['an em dash', { subject: { id: 'a\u2014', kind: 'node' } }],
    ['U+2028', { subject: { id: 'a\u2028b', kind: 'node' } }],
    ['129 characters', { subject: { id: 'a'.repeat(129), kind: 'node' } }],
    ['an empty identifier', { subject: { id: '', kind: 'node' } }],
    ['free text as an outcome', { outcome: 'because we said so' }],
    ['a local time', { time: '2026-03-01T12:00:00+01:00' }],
    ['a digest in capitals', { req: digest('A') }],
    ['no evidence in a list of it', { evidence: [] }],
    ['another commitment', { body: { alg: 'SHA-256', c: digest('d') } }],
    ['a field of the body itself', { body: { alg: 'HMAC-SHA-256', c: digest('d'), text: 'x' } }],
  ])('are refused with %s, written or read', (_name, change) => {
    const changed = { ...leaf, ...change };
    expect(() => encodeLeaf(changed as AuditLeaf)).toThrow(badLeaf);
    expect(() => decodeLeaf(bytesOf(JSON.stringify(changed, Object.keys(changed).sort())))).toThrow(badLeaf);
  });

  it.each<[string, (text: string) => string]>([
    ['a duplicate key', (text) => text.replace('{', '{"actor":{},')],
    ['white space', (text) => text.replace(':', ': ')],
    ['an escape', (text) => text.replace('"v"', '"\\u0076"')],
    ['another order', (text) => `{"v":"countersign.audit/1",${text.slice(1).replace(',"v":"countersign.audit/1"', '')}`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['trailing data', (text) => `${text}{}`],
  ])('are refused with %s in their bytes', (_name, change) => {
    expect(() => decodeLeaf(bytesOf(change(canonicalise(leaf))))).toThrow(badLeaf);
  });

  it('are at most 16 KiB', () => {
    const evidence = Array.from({ length: 64 }, () => ({ kind: 'a'.repeat(128), kid: 'k'.repeat(128), stmt: digest('b'), sig: digest('c') }));
    expect(() => encodeLeaf({ ...leaf, evidence })).toThrow(badLeaf);
    expect(() => decodeLeaf(new Uint8Array(16_385))).toThrow(badLeaf);
  });

  it('never repeat in an error what was refused', () => {
    expect(() => encodeLeaf({ ...leaf, outcome: 'hunter2 hunter2' })).toThrow(expect.objectContaining({ message: 'the leaf is outside its profile at `/outcome`: invalid_format' }));
  });
});

describe('commitments to a body', () => {
  const salt = new Uint8Array(32).fill(5);
  it('are HMAC-SHA-256 over label and canonical JSON', () => {
    const expected = createHmac('sha256', salt).update('countersign.body/1\0{"a":1,"b":"x"}').digest('hex');
    expect(bodyCommitment(salt, { b: 'x', a: 1 })).toBe(expected);
  });
  it('hide and bind: another salt or body is another commitment', () => {
    expect(bodyCommitment(new Uint8Array(32), { a: 1 })).not.toBe(bodyCommitment(salt, { a: 1 }));
    expect(bodyCommitment(salt, { a: 2 })).not.toBe(bodyCommitment(salt, { a: 1 }));
    expect(() => bodyCommitment(new Uint8Array(15), {})).toThrow(badLeaf);
  });
});
