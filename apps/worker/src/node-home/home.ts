import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AcceptedPoliciesFile, NodeFile, OwnStatementsFile, PeersFile, ResultFile } from '#contract';
import type { Pin } from '#verify';
import { AttemptLedger } from './attempt-ledger.js';
import { Deletions, type Deletion } from './deletions.js';
import { HomeError } from './errors.js';
import { openKeys, type NodeKeys } from './keys.js';
import { readJson, writeJson } from './private-file.js';
import { ReportFiles } from './report-files.js';
import { UseLedger } from './use-ledger.js';

/** A node home: everything that a node keeps between two runs of its worker. */
export class NodeHome {
  readonly attempts: AttemptLedger;
  readonly reports: ReportFiles;
  readonly uses: UseLedger;
  readonly deletions: Deletions;

  private constructor(readonly path: string, readonly node: NodeFile, readonly keys: NodeKeys, now: Date) {
    const state = join(path, 'state');
    mkdirSync(join(state, 'reports'), { recursive: true, mode: 0o700 });
    this.attempts = new AttemptLedger(join(state, 'attempts.json'));
    this.reports = new ReportFiles(join(state, 'reports'));
    this.deletions = new Deletions(join(state, 'deletions.json'));
    this.uses = new UseLedger(join(state, 'uses.jsonl'), now);
  }

  /** @throws HomeError CS0720, KeyFileError CS0130–CS0134 */
  static open(path: string, { now, passphrase }: { readonly now: Date; readonly passphrase?: string }): NodeHome {
    const node = readJson(join(path, 'node.json'), NodeFile);
    if (!node) throw new HomeError('CS0720', `\`${path}\` is no node home: it has no \`node.json\``);
    return new NodeHome(path, node, openKeys(path, { name: node.name, now, passphrase }), now);
  }

  /**
   * Digest of the policy that the operator accepted last, read anew. An earlier acceptance counts no more: a control plane could go back to a
   * policy that has been replaced.
   */
  acceptedPolicies(): ReadonlySet<string> {
    const file = readJson(join(this.path, 'policies.json'), AcceptedPoliciesFile);
    return new Set(file?.accepted.slice(-1).map(({ digest }) => digest));
  }

  /** What was signed on this node against a job and has not expired, read anew; the control plane may have kept it to itself. */
  ownStatements(jobDigest: string, now: Date): { readonly vetoes: string[]; readonly withdrawals: string[] } {
    const all = readJson(join(this.path, 'own-statements.json'), OwnStatementsFile)?.statements ?? [];
    const of = (kind: 'veto' | 'withdrawal'): string[] =>
      all.filter(({ job, type, expiresAt }) => job === jobDigest && type === kind && Date.parse(expiresAt) > now.getTime()).map(({ statement }) => statement);
    return { vetoes: of('veto'), withdrawals: of('withdrawal') };
  }

  /** The keys trusted for each node, read anew; the own keys under the own name whatever the file says. */
  pins(): Record<string, Pin> {
    const { approval, link } = this.keys;
    const { name } = this.node;
    const file = readJson(join(this.path, 'peers.json'), PeersFile) ?? {};
    // Also the own registration must not be an old one: its ranges and tags are what others rely on.
    return { ...file, [name]: { approvalKid: approval.kid, linkKid: link.kid, ...(Object.hasOwn(file, name) && { version: file[name].version }) } };
  }

  /** Remembers `pins`; what was pinned for other names stays. */
  keepPins(pins: Readonly<Record<string, Pin>>, now: Date): void {
    const entries = Object.entries(pins);
    if (entries.length === 0) return;
    const path = join(this.path, 'peers.json');
    const file: PeersFile = readJson(path, PeersFile) ?? {};
    for (const [name, pin] of entries) {
      const known = Object.hasOwn(file, name) && file[name].approvalKid === pin.approvalKid && file[name].linkKid === pin.linkKid;
      file[name] = { ...pin, since: known ? file[name].since : now.toISOString() };
    }
    writeJson(path, file);
  }

  /** Keeps a result, until then at most when it must be deleted. */
  keepResult(result: ResultFile, deletions: readonly Deletion[]): void {
    this.deletions.owe(deletions);
    writeJson(this.#resultPath(result.job), ResultFile.parse(result));
  }

  deleteResult(job: string): void {
    rmSync(this.#resultPath(job), { force: true });
  }

  readonly #resultPath = (job: string): string => join(this.path, 'results', `${job}.json`);
}
