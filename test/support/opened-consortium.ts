import { afterAll, beforeAll, expect } from '@jest/globals';
import { type AuditEntry, nodeIdOf, TRANSITIONS } from '#contract';
import { fromBase64Url } from '#pqc';
import { auditLog, type AuditReport } from '#tlog';
import { Consortium } from './consortium.js';
import { TestDatabases } from './databases.js';

/** A log as it was signed, with all that was written before it was asked for. */
export interface SignedLog {
  readonly note: string;
  readonly size: number;
  readonly root: string;
  readonly leaves: readonly Uint8Array[];
  readonly report: AuditReport;
}

/** A control plane in this process with three banks, for all tests of one spec file, after which its log is derived anew from its leaves. */
export class OpenedConsortium {
  readonly #databases: TestDatabases;
  #markers = 0;

  private constructor(databases: TestDatabases, readonly banks: Consortium) {
    this.#databases = databases;
  }

  static async open(): Promise<OpenedConsortium> {
    const databases = await TestDatabases.start();
    try {
      return new OpenedConsortium(databases, await Consortium.open(await databases.fresh(), databases.newHome()));
    } catch (error) {
      await databases.stop();
      throw error;
    }
  }

  /** The leaves about a job, node or else. */
  async leavesOf(subject: string): Promise<AuditEntry[]> {
    await this.#written();
    return (await this.banks.admin.auditEntries({ subject, limit: 200 })).items;
  }

  async signedLog(): Promise<SignedLog> {
    const { admin, controlPlane } = this.banks;
    const last = await this.#written();
    const { note, size, root } = await until('the log is not signed', async () => {
      const checkpoint = await admin.checkpoint();
      return checkpoint.size > last ? checkpoint : undefined;
    });
    const leaves: Uint8Array[] = [];
    for await (const entry of admin.everyAuditEntry()) leaves.push(fromBase64Url(entry.leaf));
    return { note, size, root, leaves, report: auditLog(note, leaves.slice(0, size), { logVkey: controlPlane.serviceInfo.logVkey, transitions: TRANSITIONS }) };
  }

  /** The sequencer runs after the commits, in their order: once a leaf written now is there, at this index, all earlier ones are. */
  async #written(): Promise<number> {
    const marker = `Marker ${(this.#markers += 1)}`;
    const { admin } = this.banks;
    await admin.createEnrolmentToken({ node: marker, validForMinutes: 1 });
    return until('the sequencer does not write', async () => (await admin.auditEntries({ subject: nodeIdOf(marker) })).items[0]?.index);
  }

  async close(): Promise<void> {
    await this.banks.stop();
    await this.#databases.stop();
  }
}

async function until<T>(otherwise: string, found: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(otherwise);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

/** Opens one before all tests of a spec file; called once in it. */
export function openedForAll(): { readonly opened: OpenedConsortium; readonly banks: Consortium; gateway(): number; leavesOf(subject: string): Promise<AuditEntry[]> } {
  let opened: OpenedConsortium | undefined;
  beforeAll(async () => {
    opened = await OpenedConsortium.open();
  });
  afterAll(async () => {
    try {
      // Whatever the tests did, the log of it verifies.
      if (opened) expect((await opened.signedLog()).report.findings).toEqual([]);
    } finally {
      await opened?.close();
    }
  });
  const get = (): OpenedConsortium => {
    if (!opened) throw new Error('the control plane is not open yet');
    return opened;
  };
  return { get opened() { return get(); }, get banks() { return get().banks; }, gateway: () => get().banks.controlPlane.gatewayPort, leavesOf: (subject) => get().leavesOf(subject) };
}
