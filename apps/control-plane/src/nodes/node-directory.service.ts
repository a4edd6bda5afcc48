import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { NodeRegistration, type DatasetView, type NodeView, type PageQuery } from '#contract';
import { readStatement } from '#pqc';
import { type PolicyRegistry } from '#policy';
import { type DatasetDescriptor } from '#program';
import { descriptorOf, rolesIn } from '#verify';
import { Connection, NodeKey, NodeStatement, RegisteredNode } from '../database/entities/identities.js';
import { notFound } from '../http/problem.js';
import { pageOfRows, type Page } from '../http/page.js';

/** A registered node with what its operator signed. */
export interface KnownNode {
  readonly id: string;
  readonly name: string;
  readonly approvalKid: string;
  readonly jws: string;
  readonly registration: NodeRegistration;
}

const registrationOf = (jws: string): NodeRegistration => NodeRegistration.parse(readStatement(jws).payload);

/** Who is registered with what. Reads only. */
@Injectable()
export class NodeDirectory {
  constructor(private readonly dataSource: DataSource) {}

  async list(query: z.infer<typeof PageQuery>): Promise<Page<NodeView>> {
    const { manager } = this.dataSource;
    const rows = await manager.find(RegisteredNode, { where: query.after ? { id: MoreThan(query.after) } : {}, order: { id: 'ASC' }, take: query.limit + 1 });
    const connected = await this.connectedIds(manager, rows.map(({ id }) => id));
    return pageOfRows(rows, query.limit, (row) => viewOf(row, connected.has(row.id)), (row) => row.id);
  }

  async view(id: string): Promise<NodeView> {
    const row = await this.dataSource.manager.findOneBy(RegisteredNode, { id });
    if (!row) throw notFound('node', id);
    return viewOf(row, (await this.connectedIds(this.dataSource.manager, [id])).has(id));
  }

  async datasets(): Promise<z.infer<typeof DatasetView>[]> {
    return (await this.registered(this.dataSource.manager)).flatMap(({ name, registration }) => registration.datasets.map((dataset) => ({ ...dataset, node: name })));
  }

  /** Registered and not revoked, in order of name. */
  async registered(manager: EntityManager, names?: readonly string[]): Promise<KnownNode[]> {
    const rows = await manager.find(RegisteredNode, { where: { status: 'registered', ...(names ? { name: In([...names]) } : {}) }, order: { name: 'ASC' } });
    return rows.map(({ id, name, approvalKid, registration }) => ({ id, name, approvalKid, jws: registration, registration: registrationOf(registration) }));
  }

  /** The names that a policy may use. */
  async registry(manager: EntityManager, programs: readonly string[]): Promise<PolicyRegistry> {
    const nodes = await this.registered(manager);
    return {
      nodes: nodes.map(({ name }) => name),
      datasets: nodes.flatMap(({ name, registration }) => registration.datasets.map((dataset) => ({ name: dataset.name, node: name, tags: dataset.tags }))),
      programs,
      roles: rolesIn(nodes.map(({ name, registration }) => ({ name, people: registration.people }))),
    };
  }

  /** The approval key registered under `kid` and in use, with its node. */
  async approvalKey(manager: EntityManager, kid: string): Promise<{ readonly node: RegisteredNode; readonly publicKey: Uint8Array } | undefined> {
    const key = await manager.findOneBy(NodeKey, { kid, purpose: 'approval', retiredAt: IsNull() });
    const node = key && (await manager.findOneBy(RegisteredNode, { id: key.nodeId, status: 'registered' }));
    return node ? { node, publicKey: new Uint8Array(key.publicKey) } : undefined;
  }

  /** Those statements whose key is the approval key of a node or a person now. */
  async byKeysInUse<T extends { readonly kid: string }>(manager: EntityManager, statements: readonly T[]): Promise<T[]> {
    if (statements.length === 0) return [];
    const keys: { kid: string }[] = await manager.query(
      "SELECT kid FROM node_keys WHERE kid = ANY($1) AND purpose = 'approval' AND retired_at IS NULL UNION SELECT approval_kid FROM people WHERE approval_kid = ANY($1) AND retired_at IS NULL",
      [statements.map(({ kid }) => kid)],
    );
    const inUse = new Set(keys.map(({ kid }) => kid));
    return statements.filter(({ kid }) => inUse.has(kid));
  }

  /** Statements by which these nodes changed their keys, oldest first. */
  async rotations(manager: EntityManager, nodeIds: readonly string[]): Promise<string[]> {
    const rows = await manager.find(NodeStatement, { where: { nodeId: In([...nodeIds]), kind: 'rotation' }, order: { recordedAt: 'ASC' } });
    return rows.map(({ statement }) => statement);
  }

  async connectedIds(manager: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await manager.findBy(Connection, { nodeId: In([...ids]), disconnectedAt: IsNull() });
    return new Set(rows.map(({ nodeId }) => nodeId));
  }
}

export const descriptorsOf = (nodes: readonly KnownNode[]): DatasetDescriptor[] => nodes.flatMap(({ name, registration }) => registration.datasets.map((dataset) => descriptorOf(name, dataset)));

export function viewOf(row: RegisteredNode, connected: boolean): NodeView {
  const { keys, datasets, people = [] } = registrationOf(row.registration);
  return {
    id: row.id, name: row.name, region: row.region, version: row.version, status: row.status, connected,
    keys, approvalKid: row.approvalKid, linkKid: row.linkKid, datasets, people, registeredAt: row.registeredAt.toISOString(), registration: row.registration,
  };
}
