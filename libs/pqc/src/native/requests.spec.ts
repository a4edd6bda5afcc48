import fc from 'fast-check';
import { keyIdOf, signRequest, SigningKey, verifyRequest, type RequestHeaders, type RequestToVerify } from '../index.js';

const key = SigningKey.generate('ML-DSA-65');
const now = new Date('2026-03-01T12:00:00.000Z');
const request = { method: 'POST', url: 'https://control.example:8443/v1/jobs?dry=1', headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' }, body: '{"statement":"…"}' };
const signed = { ...request, headers: { ...request.headers, ...signRequest(key, { ...request, now }) } };

function server(change: Partial<RequestToVerify> = {}) {
  const nonces = new Set<string>();
  const seen = async (nonceKey: string) => nonces.size === nonces.add(nonceKey).size;
  return (sent: { method: string; url: string; headers: RequestHeaders; body?: string | Uint8Array }) =>
    verifyRequest({ now, keyOf: async (kid) => (kid === key.kid ? key.publicKey : undefined), seen, ...sent, ...change }).then(
      ({ kid }) => (kid === key.kid ? 'accepted' : kid),
      (error: { code?: string }) => error.code,
    );
}
const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

describe('signed requests', () => {
  it('are accepted once', async () => {
    const receive = server();
    expect(await receive(signed)).toBe('accepted');
    expect(await receive(signed)).toBe('CS0125');
  });

  it('of one key may use the nonce of another key', async () => {
    const other = SigningKey.generate('ML-DSA-65');
    const receive = server({ keyOf: async (kid) => [key, other].find((k) => k.kid === kid)?.publicKey });
    const nonce = 'n'.repeat(22);
    expect(await receive({ ...request, headers: { ...request.headers, ...signRequest(key, { ...request, now, nonce }) } })).toBe('accepted');
    expect(await receive({ ...request, headers: { ...request.headers, ...signRequest(other, { ...request, now, nonce }) } })).toBe(other.kid);
    expect(await receive({ ...request, headers: { ...request.headers, ...signRequest(key, { ...request, now, nonce }) } })).toBe('CS0125');
  });

  it('without a body or headers are signed all the same', async () => {
    const get = { method: 'GET', url: 'https://control.example:8443/v1/jobs' };
    expect(await server()({ ...get, headers: signRequest(key, { ...get, now }) })).toBe('accepted');
  });

  it('with bytes as body are the same as with their text', async () => {
    expect(await server()({ ...signed, body: new TextEncoder().encode(request.body) })).toBe('accepted');
  });

  it.each<[string, string, Partial<typeof signed>]>([
    ['another method', 'CS0124', { method: 'PUT' }],
    ['another path', 'CS0124', { url: 'https://control.example:8443/v1/job?dry=1' }],
    ['another query', 'CS0124', { url: 'https://control.example:8443/v1/jobs?dry=0' }],
    ['another host', 'CS0124', { url: 'https://other.example:8443/v1/jobs?dry=1' }],
    ['another body', 'CS0121', { body: '{"statement":"?"}' }],
    ['no body', 'CS0121', { body: undefined }],
    ['another content type', 'CS0124', { headers: { ...signed.headers, 'content-type': 'text/plain' } }],
    ['another idempotency key', 'CS0124', { headers: { ...signed.headers, 'idempotency-key': 'k2' } }],
    ['no signature', 'CS0120', { headers: { ...signed.headers, signature: undefined } as never }],
    ['two signatures', 'CS0120', { headers: { ...signed.headers, signature: [signed.headers.signature, signed.headers.signature] } as never }],
    ['another label', 'CS0120', { headers: { ...signed.headers, signature: signed.headers.signature.replace('countersign=', 'sig1=') } }],
    ['a digest in capitals', 'CS0121', { headers: { ...signed.headers, 'content-digest': signed.headers['content-digest'].toUpperCase() } }],
    ['a second digest', 'CS0121', { headers: { ...signed.headers, 'content-digest': `${signed.headers['content-digest']}, md5=:AAAA:` } }],
    ['an endless header', 'CS0126', { headers: { ...signed.headers, 'signature-input': `${signed.headers['signature-input']}${' '.repeat(9000)}` } }],
    ['a foreign tag', 'CS0120', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace('countersign/1', 'countersign/2') } }],
    ['a later expiry', 'CS0124', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace(/expires=(\d+)/, (_all, s) => `expires=${Number(s) + 60}`) } }],
    ['a window over 300 s', 'CS0122', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace(/expires=(\d+)/, (_all, s) => `expires=${Number(s) + 241}`) } }],
    ['a covered field less', 'CS0120', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace(' "content-type"', '') } }],
    ['another algorithm', 'CS0120', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace('ml-dsa-65', 'hmac-sha256') } }],
    ['no nonce', 'CS0120', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace(/;nonce="[^"]*"/, '') } }],
    ['a short nonce', 'CS0120', { headers: { ...signed.headers, 'signature-input': signed.headers['signature-input'].replace(/nonce="[^"]*"/, 'nonce="1"') } }],
  ])('are refused with %s (%s)', async (_name, code, change) => {
    const receive = server();
    expect(await receive({ ...signed, ...change })).toBe(code);
    // What was refused has not used up the nonce.
    expect(await receive(signed)).toBe('accepted');
  });

  it('are refused before and after their window', async () => {
    const results = await Promise.all([-31, -30, 0, 60, 90, 91].map((seconds) => server({ now: at(seconds) })(signed)));
    expect(results).toEqual(['CS0122', 'accepted', 'accepted', 'accepted', 'accepted', 'CS0122']);
  });

  it('are remembered until no clock accepts them', async () => {
    let forgetAt = now;
    await server({ seen: async (_nonce, expiresAt) => { forgetAt = expiresAt; return false; } })(signed);
    expect(await server({ now: forgetAt })(signed)).toBe('CS0122');
  });

  it('of an unregistered key, or of a key that is not the one named, are refused', async () => {
    expect(await server({ keyOf: async () => undefined })(signed)).toBe('CS0123');
    expect(await server({ keyOf: async () => SigningKey.generate('ML-DSA-65').publicKey })(signed)).toBe('CS0123');
    expect(keyIdOf('ML-DSA-65', key.publicKey)).toBe(key.kid);
  });

  it('hand on what the key look-up throws, since that is no fault of the client', async () => {
    expect(await server({ keyOf: async () => { throw Object.assign(new Error('down'), { code: 'DATABASE' }); } })(signed)).toBe('DATABASE');
  });

  it('are refused after any change of a signed header', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom('signature', 'signature-input', 'content-digest') as fc.Arbitrary<'signature'>, fc.nat(), fc.constantFrom(...'AZaz09;="'), async (name, index, other) => {
      const value = signed.headers[name];
      const cut = index % value.length;
      fc.pre(value[cut] !== other);
      const result = await server()({ ...signed, headers: { ...signed.headers, [name]: value.slice(0, cut) + other + value.slice(cut + 1) } });
      expect(result).toMatch(/^CS012/);
    }));
  });
});
