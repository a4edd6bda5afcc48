import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ApiClient, type ApiReply, type Scope } from '#contract';
import { SigningKey } from '#pqc';
import { routesOf } from '../apps/control-plane/src/http/openapi.js';
import { codeOf, Consortium } from './support/consortium.js';
import { TestDatabases } from './support/databases.js';
import { TestNode, TestPerson } from './support/test-node.js';
import { node as nodeTransport, operator, raw } from './support/transports.js';

let databases: TestDatabases;
let banks: Consortium;
beforeAll(async () => {
  databases = await TestDatabases.start();
  banks = await Consortium.open(await databases.fresh(), databases.newHome(), { COUNTERSIGN_BODY_LIMIT_BYTES: '1100000' });
});
afterAll(async () => {
  await banks?.stop();
  await databases?.stop();
});
const asAdmin = () => operator(banks.controlPlane.httpPort, banks.key);
const asNobody = () => operator(banks.controlPlane.httpPort, undefined);
const problemOf = ({ text }: { readonly text: string }): { code: string; status: number } => JSON.parse(text) as { code: string; status: number };

describe('who may use which route', () => {
  // One row for every route: nobody, an API key without scopes but `read`, the scope it needs, a registered node, a person of one.
  type Role = 'nobody' | 'node' | 'person' | Scope;
  const everybody: Role[] = ['nobody', 'node', 'person', 'read', 'enrol', 'policy', 'jobs', 'admin'];
  const readers: Role[] = ['node', 'person', 'read', 'admin'];
  const requesters: Role[] = ['node', 'jobs', 'admin'];
  const signers: Role[] = [...requesters, 'person'];
  const approvers: Role[] = ['node', 'person', 'policy', 'admin'];
  const table: Record<string, readonly Role[]> = {
    'get /health/live': everybody, 'get /health/ready': everybody, 'get /metrics': everybody, 'get /v1/info': everybody,
    'post /v1/api-keys': ['admin'], 'get /v1/api-keys': ['admin'], 'delete /v1/api-keys/:id': ['admin'],
    'post /v1/enrolment-tokens': ['enrol', 'admin'],
    'post /v1/nodes/challenges': everybody, 'post /v1/nodes': everybody, 'get /v1/nodes': readers, 'get /v1/nodes/:id': readers,
    'post /v1/nodes/:id/rotations': everybody, 'post /v1/nodes/:id/revocation': ['enrol', 'admin'],
    'get /v1/datasets': readers, 'get /v1/programs': readers, 'get /v1/programs/:name': readers,
    'post /v1/policies': ['policy', 'admin'], 'get /v1/policies': readers, 'get /v1/policies/current': readers, 'get /v1/policies/:version': readers, 'post /v1/policies/check': readers,
    'post /v1/policies/analysis': readers, 'post /v1/policies/difference': readers, 'post /v1/policies/who-can': readers, 'post /v1/policies/test': readers,
    'post /v1/policies/:version/approvals': approvers, 'post /v1/programs/:name/approvals': approvers, 'post /v1/programs': approvers,
    'post /v1/decisions': readers, 'get /v1/decisions': readers, 'get /v1/limits': readers, 'get /v1/links': readers, 'get /v1/duties': readers, 'post /v1/duties/:id/attestations': signers,
    'post /v1/jobs': requesters, 'get /v1/jobs': readers, 'get /v1/jobs/:id': readers, 'get /v1/jobs/:id/events': readers, 'get /v1/jobs/:id/bundle': readers,
    'post /v1/jobs/:id/cancellation': requesters, 'post /v1/jobs/:id/approvals': signers, 'post /v1/jobs/:id/vetoes': signers, 'post /v1/jobs/:id/withdrawals': signers,
    'get /v1/audit/entries': readers, 'get /v1/audit/checkpoint': readers, 'get /v1/audit/proofs/inclusion': readers, 'get /v1/audit/proofs/consistency': readers,
  };
  const person = new TestPerson('Cleo Marsh', 'Bank C', ['Security']);
  beforeAll(() => banks.nodes.c.employ(banks.client(banks.nodes.c), 2, [person]));
  const routes = () => routesOf(banks.controlPlane.application.get(ModulesContainer)).map(({ method, path }) => `${method} ${path}`);

  test('every route has a row in this table', () => {
    expect(routes().sort()).toEqual(Object.keys(table).sort());
  });

  test.each(everybody)('%s gets exactly what the table says', async (role) => {
    const transport =
      role === 'nobody' ? asNobody()
      : role === 'node' ? nodeTransport(banks.controlPlane.gatewayPort, banks.nodes.c.keys.link)
      : role === 'person' ? nodeTransport(banks.controlPlane.gatewayPort, person.keys.link)
      : operator(banks.controlPlane.httpPort, (await banks.admin.createApiKey({ name: `only ${role}`, scopes: [role] })).key);
    const allowed: string[] = [];
    for (const route of Object.keys(table)) {
      const [method, path] = route.split(' ');
      // What the handler makes of an empty body does not matter here: only whether it was asked.
      const reply = await raw(transport, method.toUpperCase() as 'GET', path.replace(/:[a-z]+/, 'nothing-here'), method === 'post' ? {} : undefined);
      if (reply.status !== 401 && reply.status !== 403) allowed.push(route);
      else expect(reply.status).toBe(role === 'nobody' ? 401 : 403);
    }
    expect(allowed.sort()).toEqual(Object.keys(table).filter((route) => table[route].includes(role)).sort());
  });

  test('a refused attempt leaves a leaf', async () => {
    const actors = async (): Promise<string[]> => (await banks.admin.auditEntries({ type: 'access.denied' })).items.map(({ actor }) => actor);
    // Leaves get their place after the answer.
    for (const deadline = Date.now() + 90_000; !(await actors()).includes('bank-c') && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 50));
    expect(await actors()).toContain('bank-c');
  });
});

describe('API keys', () => {
  test('work until they are revoked or expire, and are never shown again', async () => {
    const { id, key } = await banks.admin.createApiKey({ name: 'reader', scopes: ['read'] });
    const reader = new ApiClient(operator(banks.controlPlane.httpPort, key));
    expect((await reader.nodes()).length).toBe(3);
    expect(JSON.stringify(await banks.admin.apiKeys())).not.toContain(key.split('_')[2]);
    await banks.admin.revokeApiKey(id);
    expect(await codeOf(reader.nodes())).toBe('CS0401');
    const expired = await banks.admin.createApiKey({ name: 'late', scopes: ['read'], expiresAt: '2020-01-01T00:00:00.000Z' });
    expect(await codeOf(new ApiClient(operator(banks.controlPlane.httpPort, expired.key)).nodes())).toBe('CS0401');
    expect(await codeOf(new ApiClient(operator(banks.controlPlane.httpPort, `${banks.key.slice(0, -1)}_`)).nodes())).toBe('CS0401');
  });
});

describe('a signed request', () => {
  const list = (options: Parameters<typeof nodeTransport>[2], link = banks.nodes.a.keys.link) => raw(nodeTransport(banks.controlPlane.gatewayPort, link, options), 'GET', '/v1/nodes');

  test('is refused when replayed', async () => {
    const nonce = 'A'.repeat(22);
    expect((await list({ nonce })).status).toBe(200);
    expect(problemOf(await list({ nonce })).code).toBe('CS0125');
    // The same nonce of another key is another request.
    expect((await list({ nonce }, banks.nodes.b.keys.link)).status).toBe(200);
  });

  test('is refused when its body, path or signature was changed', async () => {
    const tampered = await raw(nodeTransport(banks.controlPlane.gatewayPort, banks.nodes.a.keys.link, { tamper: (headers) => (headers['content-digest'] = headers['content-digest'].replace(/:..../, ':AAAA')) }), 'GET', '/v1/nodes');
    expect([tampered.status, problemOf(tampered).code]).toEqual([401, 'CS0121']);
    expect(problemOf(await list({ tamper: (headers) => (headers.signature = headers.signature.replace(/=:..../, '=:AAAA')) })).code).toBe('CS0124');
    expect(problemOf(await list({ tamper: (headers) => (headers['signature-input'] = headers['signature-input'].replace('"@path"', '"@method"')) })).status).toBe(401);
  });

  test('is refused when signed by another key than the link’s, or by a stranger’s', async () => {
    expect(problemOf(await list({ signWith: banks.nodes.b.keys.link })).code).toBe('CS0162');
    expect(problemOf(await list({}, SigningKey.generate('ML-DSA-65'))).code).toBe('CS0123');
  });

  test('is for the post-quantum port alone', async () => {
    const reply = await raw(asNobody(), 'GET', '/v1/nodes', undefined, { 'signature-input': 'x' });
    expect(problemOf(reply).code).toBe('CS0161');
  });
});

describe('requests that do not fit', () => {
  const cases: [string, () => Promise<{ status: number; text: string }>, number, string][] = [
    ['a body over the limit', () => raw(asAdmin(), 'POST', '/v1/policies/check', { file: 'x', source: 'x'.repeat(1_200_000) }), 413, 'CS0413'],
    ['a body that is not JSON', () => raw(asAdmin(), 'POST', '/v1/policies', '{"file": '), 400, 'CS0405'],
    ['an unknown field', () => raw(asAdmin(), 'POST', '/v1/policies', { file: 'x', source: '', extra: 1 }), 400, 'CS0400'],
    ['a polluting field', () => raw(asAdmin(), 'POST', '/v1/policies', '{"file":"x","source":"","__proto__":{"polluted":1}}'), 400, 'CS0400'],
    ['a nested polluting field', () => raw(asAdmin(), 'POST', '/v1/api-keys', '{"name":"x","scopes":["read"],"constructor":{"prototype":{"polluted":1}}}'), 400, 'CS0400'],
    ['a missing field', () => raw(asAdmin(), 'POST', '/v1/policies', { file: 'x' }), 400, 'CS0400'],
    ['another content type', () => raw(asAdmin(), 'POST', '/v1/policies', 'file=x', { 'content-type': 'text/plain' }), 400, 'CS0400'],
    ['a compressed body', () => raw(asAdmin(), 'POST', '/v1/policies', '{}', { 'content-encoding': 'gzip' }), 415, 'CS0415'],
    ['a page too large', () => raw(asAdmin(), 'GET', '/v1/nodes?limit=1000'), 400, 'CS0400'],
    ['a repeated parameter', () => raw(asAdmin(), 'GET', '/v1/nodes?limit=1&limit=2'), 400, 'CS0400'],
    ['an unknown parameter', () => raw(asAdmin(), 'GET', '/v1/nodes?lim=1'), 400, 'CS0400'],
    ['a broken path', () => raw(asAdmin(), 'GET', '/v1/nodes/%E0%A4%A'), 400, 'CS0400'],
    ['an unknown route', () => raw(asAdmin(), 'GET', '/v1/nope'), 404, 'CS0404'],
    ['an unknown job', () => raw(asAdmin(), 'GET', '/v1/jobs/job_00000000000000000000'), 404, 'CS0404'],
  ];
  test.each(cases)('%s gets a problem document', async (_title, ask, status, code) => {
    const reply = await ask();
    expect([reply.status, problemOf(reply).code]).toEqual([status, code]);
    expect(JSON.parse(reply.text)).toMatchObject({ type: `urn:countersign:problem:${code}`, status, title: expect.any(String), detail: expect.any(String) });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('a deeply nested body is refused, and the next request is answered', async () => {
    const reply = await raw(asAdmin(), 'POST', '/v1/policies', `${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(reply.status).toBe(400);
    expect((await raw(asAdmin(), 'GET', '/v1/nope')).status).toBe(404);
  });
});

describe('an idempotency key', () => {
  const headers = { 'idempotency-key': 'once-1' };
  const source = 'Bank A may run Count on Loans.';

  test('gives the same reply to the same request, and 422 to another', async () => {
    const body = { file: 'x', source };
    const [first, second] = await Promise.all([raw(asAdmin(), 'POST', '/v1/policies/check', body, headers), raw(asAdmin(), 'POST', '/v1/policies/check', body, headers)]);
    expect(second.text).toBe(first.text);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']].filter(Boolean)).toEqual(['true']);
    const other = await raw(asAdmin(), 'POST', '/v1/policies/check', { file: 'y', source }, headers);
    expect([other.status, problemOf(other).code]).toEqual([422, 'CS0409']);
  });

  test('belongs to one caller', async () => {
    const { key } = await banks.admin.createApiKey({ name: 'other', scopes: ['read'] });
    expect((await raw(operator(banks.controlPlane.httpPort, key), 'POST', '/v1/policies/check', { file: 'z', source }, headers)).status).toBe(200);
  });

  test('is free again after a refused request', async () => {
    const bad = { 'idempotency-key': 'bad-first' };
    expect((await raw(asAdmin(), 'POST', '/v1/policies', { file: 'x', source: 'nonsense.' }, bad)).status).toBe(422);
    expect((await raw(asAdmin(), 'POST', '/v1/policies/check', { file: 'x', source }, bad)).status).toBe(200);
  });

  test('does not store a secret', async () => {
    const secret = { 'idempotency-key': 'secret-1' };
    expect((await raw(asAdmin(), 'POST', '/v1/enrolment-tokens', { node: 'Bank Y' }, secret)).status).toBe(201);
    expect(problemOf(await raw(asAdmin(), 'POST', '/v1/enrolment-tokens', { node: 'Bank Y' }, secret)).code).toBe('CS0407');
    const stored: { body: string }[] = await banks.controlPlane.application.get(DataSource).query("SELECT body FROM idempotency_keys WHERE key = 'secret-1'");
    expect(stored).toEqual([{ body: 'null' }]);
  });

  test('a claim whose process died is taken over', async () => {
    const database = banks.controlPlane.application.get(DataSource);
    const body = { file: 'x', source };
    await raw(asAdmin(), 'POST', '/v1/policies/check', body, { 'idempotency-key': 'died' });
    await database.query("UPDATE idempotency_keys SET status = NULL, lease_until = now() - interval '1 second' WHERE key = 'died'");
    expect((await raw(asAdmin(), 'POST', '/v1/policies/check', body, { 'idempotency-key': 'died' })).status).toBe(200);
  });
});

describe('lists', () => {
  test('come in pages that join to the whole', async () => {
    for (let i = 0; i < 5; i++) await banks.admin.submitJob(banks.nodes.a.job(banks.policy).jws);
    const whole = (await banks.admin.jobs({ limit: 200 })).items.map(({ id }) => id);
    const pages: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await banks.admin.jobs({ limit: 2, ...(after ? { after } : {}) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      pages.push(...page.items.map(({ id }) => id));
      if (!page.next) break;
      after = page.next;
    }
    expect(pages).toEqual(whole);
    expect((await banks.admin.nodes()).map(({ id }) => id)).toEqual(['bank-a', 'bank-b', 'bank-c']);
    expect((await banks.admin.programs()).map(({ name }) => name)).toContain('Group Mean');
    expect((await banks.admin.program('Mean')).parameters).toMatchObject({ type: 'object' });
    expect((await banks.admin.datasets()).map(({ node, name }) => `${node}/${name}`)).toEqual(['Bank A/Loans', 'Bank B/Loans', 'Bank C/Loans']);
    expect((await banks.admin.jobs({ state: 'denied' })).items).toEqual([]);
    expect(await codeOf(banks.admin.jobs({ after: "0' OR 1" }))).toBe('CS0400');
  });
});

describe('following a job', () => {
  test('streams its states from the last one seen, and ends with the last', async () => {
    const job = banks.nodes.a.job(banks.policy);
    await banks.admin.submitJob(job.jws);
    const seen: string[] = [];
    const following = (async () => {
      for await (const event of banks.admin.watchJob(job.id, { after: 1 })) if (event.type === 'state') seen.push(`${event.seq} ${event.event.to}`);
    })();
    for (const deadline = Date.now() + 90_000; seen.length === 0 && Date.now() < deadline; ) await new Promise((wake) => setTimeout(wake, 20));
    expect(seen).toEqual(['2 needs_signatures']);
    await banks.admin.cancelJob(job.id);
    await following;
    expect(seen).toEqual(['2 needs_signatures', '3 cancelled']);
    expect(await codeOf(banks.admin.watchJob('job_00000000000000000000').next())).toBe('CS0404');
  });
});

describe('the bundle of a job', () => {
  test('holds what a signer needs and nothing expired', async () => {
    const { a, b } = banks.nodes;
    const job = a.job(banks.policy);
    await banks.admin.submitJob(job.jws);
    await banks.admin.approve(job.id, b.about('approval', job, banks.policy, { expiresInMs: 6_000 }));
    expect((await banks.client(b).jobBundle(job.id)).approvals).toHaveLength(1);
    let bundle = await banks.client(b).jobBundle(job.id);
    for (const deadline = Date.now() + 90_000; bundle.approvals.length > 0 && Date.now() < deadline; bundle = await banks.client(b).jobBundle(job.id)) await new Promise((wake) => setTimeout(wake, 100));
    expect(bundle.approvals).toEqual([]);
    expect(bundle.registrations).toHaveLength(2);
    expect(bundle.policy.digest).toBe(banks.policy);
  });
});

describe('the service says of itself', () => {
  test('its API in OpenAPI, one operation for each route', async () => {
    const document = JSON.parse((await raw(asNobody(), 'GET', '/openapi.json')).text) as { openapi: string; paths: Record<string, Record<string, { requestBody?: object; responses: Record<string, object> }>> };
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
    expect(operations.sort()).toEqual(routesOf(banks.controlPlane.application.get(ModulesContainer)).map(({ method, path }) => `${method} ${path}`).sort());
    expect(document.paths['/v1/jobs'].post.requestBody).toMatchObject({ content: { 'application/json': { schema: { properties: { job: { type: 'string' } } } } } });
    expect((await raw(asNobody(), 'GET', '/docs')).status).toBe(200);
  });

  test('its figures for Prometheus, without names of nodes', async () => {
    const { text } = await raw(asNobody(), 'GET', '/metrics');
    expect(text).toMatch(/countersign_job_transitions_total\{from="new",to="submitted"\} \d+/);
    expect(text).toMatch(/countersign_http_request_seconds_count\{method="GET",route="\/v1\/nodes",status="200"\}/);
    expect(text).not.toContain('bank-a');
  });

  test('with security headers', async () => {
    const { headers } = await raw(asNobody(), 'GET', '/v1/info');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'content-security-policy': expect.stringContaining("default-src 'self'") });
    expect(headers['x-powered-by']).toBeUndefined();
  });
});

describe('the gateway socket', () => {
  test('is for registered keys, at its path, and takes only its own messages', async () => {
    await expect(new TestNode('Bank A').connect(banks.controlPlane.gatewayPort)).rejects.toThrow('401');
    const first = await banks.nodes.a.connect(banks.controlPlane.gatewayPort);
    const second = await banks.nodes.a.connect(banks.controlPlane.gatewayPort);
    expect(await first.closed).toBe(4001);
    expect((await banks.admin.node('bank-a')).connected).toBe(true);
    (second as unknown as { socket: { send(text: string): void } }).socket.send('{"type":"hello"}');
    expect(await second.closed).toBe(4008);
  });

  test('no upgrade on the port without TLS', async () => {
    const socketError = await new Promise<string>((done) => {
      const request = http.request({ host: '127.0.0.1', port: banks.controlPlane.httpPort, path: '/v1/gateway', headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'x' } });
      request.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? ''));
      request.once('upgrade', () => done('upgraded'));
      request.end();
    });
    expect(socketError).toBe('ECONNRESET');
  });
});

describe('the limit of requests', () => {
  test('answers 429 with when to come back', async () => {
    const limited = await Consortium.open(await databases.fresh(), databases.newHome(), { COUNTERSIGN_REQUESTS_PER_10_SECONDS: '40' });
    try {
      let reply: ApiReply & { headers: http.IncomingHttpHeaders; text: string } | undefined;
      // Its ten seconds may end on the way.
      for (let i = 0; i < 90 && reply?.status !== 429; i++) reply = (await raw(operator(limited.controlPlane.httpPort, undefined), 'GET', '/v1/info')) as never;
      expect(reply?.status).toBe(429);
      expect(reply?.headers['retry-after']).toBeDefined();
    } finally {
      await limited.stop();
    }
  });
});
