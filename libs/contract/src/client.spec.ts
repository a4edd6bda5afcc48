import { describe, expect, it } from '@jest/globals';
import { ApiClient, ApiError, ContractError, type ApiRequest } from './client.js';
import { serverSentEvents } from './server-sent-events.js';

const bytes = async function* (...chunks: string[]) {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
};
const answering = (...replies: { status: number; body: string }[]) => {
  const asked: ApiRequest[] = [];
  const client = new ApiClient(async (request) => {
    asked.push(request);
    const reply = replies[Math.min(asked.length, replies.length) - 1];
    return { status: reply.status, body: bytes(reply.body) };
  });
  return { client, asked };
};

describe('the typed client', () => {
  it('asks under /v1 and parses the reply', async () => {
    const info = { version: '1', origin: 'o', logVkey: 'k', gateway: { host: 'h', port: 1, linkKey: 'AA' } };
    const { client, asked } = answering({ status: 200, body: JSON.stringify(info) });
    expect(await client.info()).toEqual(info);
    expect(asked[0]).toMatchObject({ method: 'GET', path: '/v1/info' });
  });

  it('turns a problem into an ApiError with its code', async () => {
    const { client } = answering({ status: 422, body: JSON.stringify({ type: 't', title: 'unknown program `X`', status: 422, code: 'CS0601' }) });
    const failed = await client.submitJob('a.b.c').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApiError);
    expect((failed as ApiError).code).toBe('CS0601');
  });

  it('refuses a reply outside of the contract and names the place', async () => {
    const { client } = answering({ status: 200, body: '{"version": 1}' });
    await expect(client.info()).rejects.toThrow(ContractError);
    await expect(client.info()).rejects.toThrow('`info`');
  });

  it('reads every page of a list', async () => {
    const { client, asked } = answering({ status: 200, body: '{"items":[],"next":"n1"}' }, { status: 200, body: '{"items":[]}' });
    expect(await client.nodes()).toEqual([]);
    expect(asked.map((request) => request.path)).toEqual(['/v1/nodes?limit=200', '/v1/nodes?limit=200&after=n1']);
  });

  it('sends the idempotency key of a submission', async () => {
    const { client, asked } = answering({ status: 500, body: 'no json' });
    await expect(client.submitJob('a.b.c', 'once')).rejects.toThrow('status 500');
    expect(asked[0].headers['idempotency-key']).toBe('once');
  });
});

describe('server-sent events', () => {
  it('are put together over chunk borders, with type, id and several data lines', async () => {
    const events = [];
    for await (const event of serverSentEvents(bytes('event: st', 'ate\r\nid: 4\r\ndata: {"a":\r\nda', 'ta: 1}\r\n\r\n: ping\n\ndata: x\n\ndata: cut'))) events.push(event);
    expect(events).toEqual([{ type: 'state', id: '4', data: '{"a":\n1}' }, { type: 'message', data: 'x' }]);
  });
});
