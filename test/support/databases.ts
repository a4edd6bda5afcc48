import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../apps/control-plane/src/database/embedded-postgres.js';

/** A PostgreSQL server of one spec file, and a fresh database for whoever asks. */
export class TestDatabases {
  private count = 0;
  private constructor(readonly folder: string, private readonly server: EmbeddedPostgres) {}

  static async start(): Promise<TestDatabases> {
    const folder = passable(mkdtempSync(join(tmpdir(), 'countersign-test-')));
    return new TestDatabases(folder, await startEmbeddedPostgres(join(folder, 'pg')));
  }

  /** Connection string of a new, empty database. */
  async fresh(): Promise<string> {
    const name = `test_${(this.count += 1)}`;
    await this.server.createDatabase(name);
    return this.server.url(name);
  }

  /** Of the database made last. */
  get last(): string {
    return this.server.url(`test_${this.count}`);
  }

  newHome(): string {
    return passable(mkdtempSync(join(this.folder, 'home-')));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The server's account may pass through, so that its files lie in this folder and go with it. */
function passable(folder: string): string {
  chmodSync(folder, 0o711);
  return folder;
}
