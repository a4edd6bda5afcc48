import fc from 'fast-check';
import { canonicalise, fromBase64Url, parseCanonical, readStatement, SigningKey, signStatement, statementDigest, toBase64Url, verifyStatement, type StatementCheck } from './index.js';
import * as portable from './portable.js';

const key = SigningKey.fromSeed('ML-DSA-65', new Uint8Array(32).fill(7));
const now = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number): string => new Date(now.getTime() + ms).toISOString();
const approval = { v: 1, type: 'approval', issuer: 'Bank B', kid: key.kid, issuedAt: later(0), expiresAt: later(60_000), job: 'a'.repeat(64), policy: 'b'.repeat(64) };
const jws = signStatement(key, approval);
const check: StatementCheck = { type: 'approval', publicKey: key.publicKey, now };
const text = (value: string): string => toBase64Url(new TextEncoder().encode(value));
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return 'accepted';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** A statement with a valid signature over whatever header and payload text. */
const forge = (header: string, payload: string, signer = key): string => {
  const input = `${text(header)}.${text(payload)}`;
  return `${input}.${toBase64Url(signer.sign(new TextEncoder().encode(input)))}`;
};
const header = (change: object = {}): string => canonicalise({ alg: 'ML-DSA-65', kid: key.kid, typ: 'countersign/approval+1', ...change });

describe('signed statements', () => {
  it('verify to what was signed, with either implementation', () => {
    expect(verifyStatement(jws, check)).toEqual(approval);
    expect(portable.verifyStatement(jws, check)).toEqual(approval);
    expect(verifyStatement(portable.signStatement(portable.SigningKey.fromSeed('ML-DSA-65', key.seed()), approval), check)).toEqual(approval);
    expect(readStatement(jws)).toEqual({ kid: key.kid, type: 'approval', payload: approval });
  });

  it('have one digest, however often they are signed', () => {
    const again = signStatement(key, approval);
    expect(again).not.toBe(jws);
    expect(statementDigest(again)).toBe(statementDigest(jws));
    expect(statementDigest(signStatement(key, { ...approval, job: 'c'.repeat(64) }))).not.toBe(statementDigest(jws));
  });

  it('are refused after any change of any field', () => {
    const [protectedHeader, , signature] = jws.split('.');
    fc.assert(fc.property(fc.constantFrom(...Object.keys(approval) as (keyof typeof approval)[]), fc.nat(), (field, at) => {
      const value = String(approval[field]);
      const cut = at % value.length;
      const flipped = value.slice(0, cut) + (value[cut] === '0' ? '1' : '0') + value.slice(cut + 1);
      const changed = text(canonicalise({ ...approval, [field]: field === 'v' ? 2 : flipped }));
      expect(codeOf(() => verifyStatement(`${protectedHeader}.${changed}.${signature}`, check))).toMatch(/^CS011/);
    }));
  });

  it('are refused after any change of any character', () => {
    fc.assert(fc.property(fc.nat(jws.length - 1), fc.constantFrom(...'AZ09_-.= '), (at, other) => {
      fc.pre(jws[at] !== other);
      expect(codeOf(() => verifyStatement(jws.slice(0, at) + other + jws.slice(at + 1), check))).toMatch(/^CS011/);
    }));
  });

  it.each<[string, string, () => unknown]>([
    ['another type', 'CS0111', () => verifyStatement(jws, { ...check, type: 'veto' })],
    ['a typ that is not the type', 'CS0111', () => verifyStatement(forge(header({ typ: 'countersign/veto+1' }), canonicalise(approval)), check)],
    ['a spare header field', 'CS0111', () => verifyStatement(forge(header({ crit: ['exp'] }), canonicalise(approval)), check)],
    ['an embedded key', 'CS0111', () => verifyStatement(forge(header({ jwk: { alg: 'ML-DSA-65', kty: 'AKP', pub: '' } }), canonicalise(approval)), check)],
    ['alg none', 'CS0112', () => verifyStatement(`${text(header({ alg: 'none' }))}.${text(canonicalise(approval))}.`, check)],
    ['another parameter set', 'CS0112', () => verifyStatement(forge(header({ alg: 'ML-DSA-44' }), canonicalise(approval)), check)],
    ['a header that names another key', 'CS0113', () => verifyStatement(forge(header({ kid: 'x'.repeat(43) }), canonicalise(approval)), check)],
    ['another key than the one named', 'CS0113', () => verifyStatement(jws, { ...check, publicKey: SigningKey.generate('ML-DSA-65').publicKey })],
    ['a payload signed by a stranger', 'CS0114', () => verifyStatement(forge(header(), canonicalise(approval), SigningKey.generate('ML-DSA-65')), check)],
    ['a truncated signature', 'CS0114', () => verifyStatement(jws.slice(0, -4), check)],
    ['an empty signature', 'CS0114', () => verifyStatement(`${jws.split('.').slice(0, 2).join('.')}.`, check)],
    ['the future', 'CS0115', () => verifyStatement(jws, { ...check, now: new Date(now.getTime() - 60_001) })],
    ['the instant of expiry', 'CS0116', () => verifyStatement(jws, { ...check, now: new Date(approval.expiresAt) })],
    ['no expiry', 'CS0117', () => verifyStatement(signStatement(key, { v: 1, type: 'approval', kid: key.kid, issuedAt: later(0) }), check)],
    ['an expiry before its issue', 'CS0117', () => verifyStatement(signStatement(key, { ...approval, expiresAt: later(-1) }), check)],
    ['a local time', 'CS0117', () => verifyStatement(signStatement(key, { ...approval, expiresAt: '2026-03-01T14:00:00+01:00' }), check)],
    ['two parts', 'CS0110', () => verifyStatement('a.b', check)],
    ['four parts', 'CS0110', () => verifyStatement(`${jws}.`, check)],
    ['white space in the payload', 'CS0110', () => verifyStatement(forge(header(), ` ${canonicalise(approval)}`), check)],
    ['a duplicate key in the payload', 'CS0110', () => verifyStatement(forge(header(), canonicalise(approval).replace('{', '{"v":1,')), check)],
    ['a payload that is no object', 'CS0110', () => verifyStatement(forge(header(), '[]'), check)],
    ['bytes that are not UTF-8', 'CS0110', () => verifyStatement(`${jws.split('.')[0]}.gIA.AAAA`, check)],
    ['an endless text', 'CS0110', () => verifyStatement('a'.repeat(300_000), check)],
  ])('refuse %s with %s', (_name, code, act) => {
    expect(codeOf(act)).toBe(code);
  });

  it('are accepted within the clock skew, which never prolongs them', () => {
    expect(codeOf(() => verifyStatement(jws, { ...check, now: new Date(now.getTime() - 60_000) }))).toBe('accepted');
    expect(codeOf(() => verifyStatement(jws, { ...check, now: new Date(now.getTime() - 1), clockSkewMs: 0 }))).toBe('CS0115');
    expect(codeOf(() => verifyStatement(jws, { ...check, now: new Date(now.getTime() + 59_999) }))).toBe('accepted');
  });

  it('are not made for another key or outside the canonical profile', () => {
    expect(codeOf(() => signStatement(key, { ...approval, kid: 'another' }))).toBe('CS0113');
    expect(codeOf(() => signStatement(key, { ...approval, half: 0.5 }))).toBe('CS0101');
  });

  it('carry the header of RFC 9964 and the payload as canonical JSON', () => {
    const [protectedHeader, payload] = jws.split('.').map((part) => new TextDecoder().decode(fromBase64Url(part)));
    expect(protectedHeader).toBe(`{"alg":"ML-DSA-65","kid":"${key.kid}","typ":"countersign/approval+1"}`);
    expect(parseCanonical(payload)).toEqual(approval);
  });
});
