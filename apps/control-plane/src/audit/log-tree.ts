import { Injectable } from '@nestjs/common';
import { type EntityManager, type QueryRunner } from 'typeorm';
import { MerkleTree } from '#tlog';

const PAGE = 10_000;

/** The Merkle tree over the leaves of the database, kept in memory and caught up by leaf hash. */
@Injectable()
export class LogTree {
  private readonly tree = new MerkleTree();
  private catchingUp: Promise<void> = Promise.resolve();
  /** Set when the stored leaves contradict a signed checkpoint: nothing is signed from then on. */
  fork = false;

  get size(): number {
    return this.tree.size;
  }

  /** Reads the leaves that this tree does not have yet; concurrent calls wait for each other. */
  async catchUp(source: Pick<EntityManager | QueryRunner, 'query'>): Promise<void> {
    const run = this.catchingUp.then(() => this.read(source));
    this.catchingUp = run.catch(() => undefined);
    return run;
  }

  root(size: number): Uint8Array {
    return this.tree.root(size);
  }

  inclusionProof(index: number, size: number): readonly Uint8Array[] {
    return this.tree.inclusionProof(index, size);
  }

  consistencyProof(from: number, to: number): readonly Uint8Array[] {
    return this.tree.consistencyProof(from, to);
  }

  private async read(source: Pick<EntityManager | QueryRunner, 'query'>): Promise<void> {
    for (;;) {
      const rows = (await source.query('SELECT idx, hash FROM leaves WHERE idx >= $1 ORDER BY idx LIMIT $2', [this.tree.size, PAGE])) as { idx: string; hash: Buffer }[];
      for (const { idx, hash } of rows) {
        if (Number(idx) !== this.tree.size) throw new Error(`leaf ${this.tree.size} is missing from the log`);
        this.tree.append(new Uint8Array(hash));
      }
      if (rows.length < PAGE) return;
    }
  }
}
