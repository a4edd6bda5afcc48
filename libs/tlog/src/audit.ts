import { toHex } from '#pqc/portable';
import { verifyCheckpoint, type VerifiedCheckpoint, type VerifySignature } from './checkpoint.js';
import { LogError, LogErrorCode } from './errors.js';
import { equalBytes, leafHash } from './hashing.js';
import { JobSteps, type LeastParties, type Transitions, type Vanishing } from './job-steps.js';
import { decodeLeaf } from './leaf.js';
import { MerkleTree } from './merkle-tree.js';

export interface AuditOptions {
  /** The log's key, pinned by the auditor and never taken from the log. */
  readonly logVkey: string;
  /** Name of the log; that of the key when left out. */
  readonly origin?: string;
  readonly transitions: Transitions;
  /** Which suites go on without parties. None does when left out. */
  readonly leastParties?: LeastParties;
  /** Notes of checkpoints that somebody kept: the log must have grown from each. */
  readonly earlier?: readonly string[];
  /** Portable JavaScript when left out. */
  readonly verifySignature?: VerifySignature;
}

export interface AuditFinding {
  readonly code: LogErrorCode;
  readonly message: string;
  /** Position in the log, where there is one. */
  readonly index?: number;
}
export interface AuditReport {
  /** Nothing was found, and every leaf up to `size` was looked at. */
  readonly verified: boolean;
  readonly origin: string;
  /** Of the checkpoint; 0 when it does not verify. */
  readonly size: number;
  /** Hex of the root derived from the leaves given. */
  readonly root: string;
  /** POSIX seconds at which the checkpoint was signed. */
  readonly timestamp: number;
  readonly jobs: number;
  readonly leavesOfType: Readonly<Record<string, number>>;
  /** Parties that sessions went on without, as they may. */
  readonly vanished: readonly Vanishing[];
  /** The first 100. */
  readonly findings: readonly AuditFinding[];
}

const MAX_FINDINGS = 100;

class Findings {
  readonly list: AuditFinding[] = [];
  add(code: LogErrorCode, message: string, index?: number): void {
    if (this.list.length < MAX_FINDINGS) this.list.push({ code, message, ...(index === undefined ? {} : { index }) });
  }
  /** What `act` returns; its LogError becomes a finding. */
  try<T>(act: () => T, index?: number): T | undefined {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.add(error.code, error.message, index);
      return undefined;
    }
  }
}

/**
 * Says how the given leaves differ from the `size` that were signed, in the words of what was done to them. The indexes inside the leaves
 * tell a removed leaf from a moved one and from a missing end; the root tells a changed one.
 */
function checkOrder(indexes: readonly (number | undefined)[], size: number, findings: Findings): void {
  const present = new Set(indexes);
  const wrong = indexes.findIndex((idx, at) => idx !== undefined && idx !== at);
  if (wrong >= 0) {
    if (present.has(wrong)) findings.add(LogErrorCode.reordered, `leaf ${indexes[wrong]} stands at position ${wrong}`, wrong);
    else findings.add(LogErrorCode.deleted, `leaf ${wrong} is missing`, wrong);
  } else if (indexes.length < size) {
    findings.add(LogErrorCode.truncated, `the log ends after ${indexes.length} leaves, but ${size} were signed`, indexes.length);
  }
  if (indexes.length > size) findings.add(LogErrorCode.uncovered, `${indexes.length - size} leaves lie after the checkpoint and are signed by nobody`, size);
}

function checkEarlier(note: string, options: AuditOptions, tree: MerkleTree, findings: Findings): void {
  const checkpoint = findings.try(() => verifyCheckpoint(note, options.logVkey, options));
  if (!checkpoint) return;
  const { size, root } = checkpoint;
  if (size > tree.size) findings.add(LogErrorCode.truncated, `a checkpoint of ${size} leaves was signed before, but the log has ${tree.size}`, tree.size);
  else if (!equalBytes(tree.root(size), root)) findings.add(LogErrorCode.forked, `the log signed another history of its first ${size} leaves`, size - 1);
}

/**
 * Re-derives everything that a checkpoint promises from every leaf: signature of the pinned key, root, contiguous indexes, form of each
 * leaf, legal steps of each job, a receipt of each party that did not vanish as its suite allows, and that the log grew from every earlier checkpoint given. A pure function; it never throws for what it
 * is given to check.
 */
export function auditLog(note: string, leaves: readonly Uint8Array[], options: AuditOptions): AuditReport {
  const findings = new Findings();
  const checkpoint: VerifiedCheckpoint | undefined = findings.try(() => verifyCheckpoint(note, options.logVkey, options));
  const tree = new MerkleTree(leaves.map(leafHash));
  const jobs = new JobSteps(options.transitions, options.leastParties ?? ((_, parties) => parties));
  const leavesOfType: Record<string, number> = {};

  const decoded = leaves.map((bytes, index) => findings.try(() => decodeLeaf(bytes), index));
  decoded.forEach((leaf, index) => {
    if (!leaf) return;
    leavesOfType[leaf.type] = (leavesOfType[leaf.type] ?? 0) + 1;
    if (checkpoint && leaf.log !== checkpoint.origin) findings.add(LogErrorCode.otherLog, `the leaf is of log \`${leaf.log}\``, index);
    findings.try(() => jobs.follow(leaf, index), index);
  });

  if (checkpoint) {
    checkOrder(decoded.map((leaf) => leaf && Number(leaf.idx)), checkpoint.size, findings);
    const complete = tree.size >= checkpoint.size && !findings.list.some(({ code }) => code === LogErrorCode.reordered || code === LogErrorCode.deleted);
    if (complete && !equalBytes(tree.root(checkpoint.size), checkpoint.root)) {
      findings.add(LogErrorCode.edited, 'the leaves do not hash to the signed root: at least one was changed after it was signed');
    }
    for (const earlier of options.earlier ?? []) checkEarlier(earlier, options, tree, findings);
  }
  return {
    verified: findings.list.length === 0,
    origin: checkpoint?.origin ?? options.origin ?? '',
    size: checkpoint?.size ?? 0,
    root: toHex(tree.root()),
    timestamp: checkpoint?.timestamp ?? 0,
    jobs: jobs.count,
    leavesOfType,
    vanished: jobs.vanishings,
    findings: findings.list,
  };
}
