import { fromBase64Url, verifySignature } from '#pqc';
import { type ApiClient, TRANSITIONS } from '#contract';
import { auditLog, type AuditReport } from '#tlog';

/** Where a verifier's trust starts: told once, at `node init`, and never taken from the log itself. */
export interface LogPin {
  readonly origin: string;
  readonly vkey: string;
}

/** Fetches the whole log and its checkpoint and derives everything anew: root, signature, order, form, and every step of every job. */
export async function verifyAudit(client: ApiClient, { origin, vkey }: LogPin): Promise<AuditReport> {
  const { note, size } = await client.checkpoint();
  const leaves: Uint8Array[] = [];
  for await (const { leaf } of client.everyAuditEntry()) {
    if (leaves.length === size) break;
    leaves.push(fromBase64Url(leaf));
  }
  return auditLog(note, leaves, { origin, logVkey: vkey, transitions: TRANSITIONS, verifySignature });
}

/** What is wrong with a log, one line each. */
export const problemsOf = ({ findings }: AuditReport): string[] => findings.map(({ code, message, index }) => `${code}${index === undefined ? '' : ` at entry ${index}`}: ${message}`);
