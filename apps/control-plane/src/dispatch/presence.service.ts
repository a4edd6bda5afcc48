import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '../database/data-source.js';
import { notify } from '../database/signals.js';
import { INSTANCE } from '../tokens.js';

/** How often a control plane says that its sockets are open, and when its silence means that they are not. */
export const HEARTBEAT_MS = 2_000;
export const STALE_MS = 10_000;
/** How long a party's socket may be missing while its session runs. */
export const MISSING_MS = 3_000;

/** Which worker is connected to which control plane, in the database: others dispatch by it. */
@Injectable()
export class Presence {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(INSTANCE) private readonly instance: string,
  ) {}

  /** The newest connection of a node is the one that counts. */
  async arrived(nodeId: string, connection: string): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await manager.query(
        `INSERT INTO connections (node_id, instance, connection) VALUES ($1, $2, $3) ON CONFLICT (node_id) DO UPDATE
           SET instance = excluded.instance, connection = excluded.connection, connected_at = now(), seen_at = now(), disconnected_at = NULL`,
        [nodeId, this.instance, connection],
      );
      notify(manager, { of: 'node', id: nodeId });
    });
  }

  async left(nodeId: string, connection: string): Promise<void> {
    await inTransaction(this.dataSource, async (manager) => {
      await manager.query('UPDATE connections SET disconnected_at = now() WHERE node_id = $1 AND connection = $2 AND disconnected_at IS NULL', [nodeId, connection]);
      notify(manager, { of: 'node', id: nodeId });
    });
  }

  async beat(connections: readonly string[]): Promise<void> {
    if (connections.length > 0) await this.dataSource.query('UPDATE connections SET seen_at = now() WHERE connection = ANY($1::uuid[])', [connections]);
  }

  /** Whether `connection` is still the node's own, and its link key in use. */
  async holds(nodeId: string, connection: string, linkKid: string): Promise<boolean> {
    const rows: unknown[] = await this.dataSource.query(
      "SELECT 1 FROM connections c JOIN nodes n ON n.id = c.node_id WHERE c.node_id = $1 AND c.connection = $2 AND n.status = 'registered' AND n.link_kid = $3",
      [nodeId, connection, linkKid],
    );
    return rows.length > 0;
  }
}
