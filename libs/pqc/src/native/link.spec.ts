import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type ConnectionOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, Certificate, SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { keyIdOf, linkClientOptions, linkServerOptions, peerLinkKey, selfSignedCertificate, SigningKey } from '../index.js';

const period = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
const identity = (commonName: string) => {
  const key = SigningKey.generate('ML-DSA-65');
  return { key, ...selfSignedCertificate(key, { commonName, ...period, hosts: ['localhost', '127.0.0.1', '::1', 'bank-a.example'] }) };
};
const [server, client] = [identity('Bank A'), identity('Bank B')];

/** The certificate of Bank A again, for a P-256 key. */
function classical(): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = AsnConvert.parse(new Uint8Array(new X509Certificate(server.certificatePem).raw), Certificate);
  const ecdsaWithSha256 = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
  certificate.tbsCertificate.subjectPublicKeyInfo = AsnConvert.parse(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), SubjectPublicKeyInfo);
  certificate.tbsCertificate.signature = certificate.signatureAlgorithm = ecdsaWithSha256;
  certificate.tbsCertificateRaw = undefined;
  certificate.signatureValue = new Uint8Array(sign('sha256', new Uint8Array(AsnConvert.serialize(certificate.tbsCertificate)), privateKey)).buffer;
  return { cert: pem(Buffer.from(AsnConvert.serialize(certificate))), key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string };
}
const pem = (der: Buffer): string => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;

type Handshake = { refused: string } | { serverSide: TLSSocket; clientSide: TLSSocket; close: () => void };

/** Both ends of a link over loopback, or the error that ended the handshake at either. */
async function handshake(serverOptions: TlsOptions, clientOptions: ConnectionOptions): Promise<Handshake> {
  const listener = createServer(serverOptions).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const clientSide = connect({ ...clientOptions, host: '127.0.0.1', port: (listener.address() as AddressInfo).port });
  const serverSide = new Promise<TLSSocket>((resolve, reject) => {
    listener.once('secureConnection', (socket) => resolve(socket.on('error', () => undefined)));
    listener.once('tlsClientError', reject);
    clientSide.once('error', reject);
  });
  const close = () => {
    clientSide.destroy();
    listener.close();
  };
  try {
    const [socket] = await Promise.all([serverSide, once(clientSide, 'secureConnect')]);
    return { serverSide: socket, clientSide, close: () => { socket.destroy(); close(); } };
  } catch (error) {
    close();
    return { refused: (error as { code?: string }).code ?? String(error) };
  }
}
async function linked(serverOptions: TlsOptions, clientOptions: ConnectionOptions) {
  const result = await handshake(serverOptions, clientOptions);
  if ('refused' in result) throw new Error(result.refused);
  return result;
}

describe('links', () => {
  it('give each end the registered key of the other, and both the same channel binding', async () => {
    const { serverSide, clientSide, close } = await linked(linkServerOptions(server), linkClientOptions(client));
    expect(keyIdOf('ML-DSA-65', peerLinkKey(serverSide))).toBe(client.key.kid);
    expect(keyIdOf('ML-DSA-65', peerLinkKey(clientSide))).toBe(server.key.kid);
    expect([serverSide, clientSide].map((socket) => socket.getProtocol())).toEqual(['TLSv1.3', 'TLSv1.3']);
    expect(clientSide.getEphemeralKeyInfo()).toMatchObject({ name: 'X25519MLKEM768' });
    const binding = (socket: TLSSocket) => socket.exportKeyingMaterial(32, 'EXPORTER-countersign-session', Buffer.from('context')).toString('hex');
    expect(binding(serverSide)).toBe(binding(clientSide));
    close();
  });

  it('of two connections have two channel bindings', async () => {
    const bindings = await Promise.all([1, 2].map(async () => {
      const { clientSide, close } = await linked(linkServerOptions(server), linkClientOptions(client));
      const binding = clientSide.exportKeyingMaterial(32, 'EXPORTER-countersign-session', Buffer.alloc(0)).toString('hex');
      close();
      return binding;
    }));
    expect(bindings[0]).not.toBe(bindings[1]);
  });

  it.each<[string, ConnectionOptions]>([
    ['that offers X25519 alone', { ecdhCurve: 'X25519' }],
    ['that offers P-256 alone', { ecdhCurve: 'P-256' }],
    ['of TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'DEFAULT', sigalgs: undefined, ecdhCurve: 'auto' }],
    ['that takes no ML-DSA signature', { sigalgs: 'ECDSA+SHA256' }],
  ])('refuse a client %s', async (_name, change) => {
    expect(await handshake(linkServerOptions(server), { ...linkClientOptions(client), ...change })).toHaveProperty('refused');
  });

  it.each<[string, TlsOptions]>([
    ['that takes X25519 alone', { ecdhCurve: 'X25519' }],
    ['of TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'DEFAULT', sigalgs: undefined, ecdhCurve: 'auto' }],
  ])('refuse a server %s', async (_name, change) => {
    expect(await handshake({ ...linkServerOptions(server), ...change }, linkClientOptions(client))).toHaveProperty('refused');
  });

  it('refuse a certificate of P-256, of either end', async () => {
    const asClient = await handshake(linkServerOptions(server), { ...linkClientOptions(client), ...classical() });
    // A client that has no certificate the server takes sends none, and then `peerLinkKey` refuses it.
    if ('refused' in asClient) expect(asClient.refused).toBeTruthy();
    else {
      expect(() => peerLinkKey(asClient.serverSide)).toThrow(expect.objectContaining({ code: 'CS0141' }));
      asClient.close();
    }
    expect(await handshake({ ...linkServerOptions(server), ...classical() }, linkClientOptions(client))).toHaveProperty('refused');
  });

  it('refuse a peer without a certificate, and one whose certificate is not of ML-DSA-65 or not its own', async () => {
    const bare = await linked(linkServerOptions(server), { ...linkClientOptions(client), cert: undefined, key: undefined });
    expect(() => peerLinkKey(bare.serverSide)).toThrow(expect.objectContaining({ code: 'CS0141' }));
    bare.close();
    const lax = { sigalgs: 'mldsa65:ECDSA+SHA256' };
    const mixed = await linked({ ...linkServerOptions(server), ...lax }, { ...linkClientOptions(client), ...lax, ...classical() });
    expect(() => peerLinkKey(mixed.serverSide)).toThrow(expect.objectContaining({ code: 'CS0142' }));
    mixed.close();
  });

  it('refuse a client-side group that is not post-quantum even when the options allowed it', async () => {
    const weak = { ecdhCurve: 'X25519' };
    const { clientSide, close } = await linked({ ...linkServerOptions(server), ...weak }, { ...linkClientOptions(client), ...weak });
    expect(() => peerLinkKey(clientSide)).toThrow(expect.objectContaining({ code: 'CS0140' }));
    close();
  });

  it('refuse a resumed session, which proves no key anew', async () => {
    const listener = createServer(linkServerOptions(server), (socket) => socket.on('error', () => undefined).write('hello')).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const to = { ...linkClientOptions(client), host: '127.0.0.1', port: (listener.address() as AddressInfo).port };
    const first = connect(to);
    // The ticket comes with the first bytes.
    await once(first, 'data');
    const second = connect({ ...to, session: first.getSession() });
    await once(second, 'secureConnect');
    expect(() => peerLinkKey(second)).toThrow(expect.objectContaining({ code: 'CS0143' }));
    for (const socket of [first, second]) socket.destroy();
    listener.close();
  });
});

describe('a self-signed certificate', () => {
  const parsed = new X509Certificate(server.certificatePem);

  it('says what was asked, and verifies under its own key', () => {
    expect(parsed.subject).toBe('CN=Bank A');
    expect(parsed.issuer).toBe(parsed.subject);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.ca).toBe(false);
    expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(parsed.checkIP('::1')).toBe('::1');
    expect(parsed.checkHost('bank-a.example')).toBe('bank-a.example');
    expect(Math.abs(new Date(parsed.validTo).getTime() - period.notAfter.getTime())).toBeLessThan(1000);
    expect(parsed.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it('is X.509 v3 with id-ml-dsa-65 and no parameters, three times (RFC 9881)', () => {
    const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(new Uint8Array(parsed.raw), Certificate);
    expect(tbsCertificate.version).toBe(2);
    for (const { algorithm, parameters } of [tbsCertificate.signature, tbsCertificate.subjectPublicKeyInfo.algorithm, signatureAlgorithm]) {
      expect({ algorithm, parameters }).toEqual({ algorithm: '2.16.840.1.101.3.4.3.18', parameters: undefined });
    }
  });

  it('is not made for another parameter set', () => {
    expect(() => selfSignedCertificate(SigningKey.generate('ML-DSA-44'), { commonName: 'x', ...period })).toThrow(expect.objectContaining({ code: 'CS0100' }));
  });
});
