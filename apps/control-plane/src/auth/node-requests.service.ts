import { TLSSocket } from 'node:tls';
import { Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { DataSource, IsNull } from 'typeorm';
import { signerOf } from '#contract';
import { keyIdOf, LinkError, peerLinkKey, RequestSignatureError, verifyRequest } from '#pqc';
import { NodeKey, PersonRow, RegisteredNode } from '../database/entities/identities.js';
import { type CallerRequest } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import { type Caller } from './caller.js';

/** Nodes and people: mutual TLS with the registered link key, and a signature by the same key on every request. */
@Injectable()
export class NodeRequests {
  constructor(private readonly dataSource: DataSource) {}

  /** The node whose registered, unrevoked link key the peer of this socket holds. */
  async nodeOfSocket(socket: TLSSocket): Promise<RegisteredNode | undefined> {
    return this.nodeOfKid(linkKidOf(socket));
  }

  async authenticate(request: CallerRequest): Promise<Caller> {
    const { socket } = request;
    if (!(socket instanceof TLSSocket)) throw new Problem(401, 'CS0161', 'signed requests of nodes come over the post-quantum port', { help: 'see `gateway` of `GET /v1/info`' });
    try {
      const { kid } = await verifyRequest({
        method: request.method,
        url: urlOf(request),
        headers: request.headers,
        body: request.rawBody ?? '',
        now: new Date(),
        keyOf: async (id) => (await this.linkKey(id))?.publicKey ?? this.keyOfPerson(id, socket),
        seen: (key, expiresAt) => this.seen(key, expiresAt),
      });
      if (kid !== linkKidOf(socket)) throw new Problem(401, 'CS0162', 'the request is signed by another key than the link');
      const caller = await this.callerOf(kid);
      if (!caller) throw new Problem(401, 'CS0163', 'the link key is not registered, or was revoked');
      return caller;
    } catch (error) {
      if (error instanceof RequestSignatureError || error instanceof LinkError) throw new Problem(401, error.code, error.message, { cause: error });
      throw error;
    }
  }

  private linkKey(kid: string): Promise<NodeKey | null> {
    return this.dataSource.manager.findOneBy(NodeKey, { kid, purpose: 'link', retiredAt: IsNull() });
  }

  private async callerOf(kid: string): Promise<Caller | undefined> {
    const node = await this.nodeOfKid(kid);
    if (node) return { kind: 'node', id: node.id, name: node.name, linkKid: kid };
    const person = await this.personOfKid(kid);
    const employer = person && (await this.dataSource.manager.findOneBy(RegisteredNode, { id: person.nodeId, status: 'registered' }));
    return employer ? { kind: 'person', id: person.approvalKid, name: signerOf({ issuer: person.name, person: { node: employer.name } }), linkKid: kid } : undefined;
  }

  private async personOfKid(kid: string): Promise<PersonRow | undefined> {
    return (await this.dataSource.manager.findOneBy(PersonRow, { linkKid: kid, retiredAt: IsNull() })) ?? undefined;
  }

  /** Of a person only the id of her key is registered; the key itself is the one that her link proves. */
  private async keyOfPerson(kid: string, socket: TLSSocket): Promise<Uint8Array | undefined> {
    return kid === linkKidOf(socket) && (await this.personOfKid(kid)) ? peerLinkKey(socket) : undefined;
  }

  private async nodeOfKid(kid: string): Promise<RegisteredNode | undefined> {
    const key = await this.linkKey(kid);
    const node = key && (await this.dataSource.manager.findOneBy(RegisteredNode, { id: key.nodeId, status: 'registered' }));
    return node ?? undefined;
  }

  /** One statement: of two requests with one nonce, one inserts. */
  private async seen(key: string, expiresAt: Date): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.manager.query('INSERT INTO nonces (key, expires_at) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING RETURNING key', [key, expiresAt]);
    return rows.length === 0;
  }
}

/** @throws LinkError */
export const linkKidOf = (socket: TLSSocket): string => keyIdOf('ML-DSA-65', peerLinkKey(socket));

const urlOf = (request: Request): string => `https://${request.headers.host ?? 'invalid'}${request.originalUrl}`;
