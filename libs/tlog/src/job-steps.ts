import { LogError, LogErrorCode } from './errors.js';
import { type AuditLeaf, type LeafType } from './leaf.js';

/** Which states follow which. A state that follows none is where a job begins. */
export type Transitions = Readonly<Record<string, readonly string[]>>;

/** How many of so many parties have to stay in a suite; undefined for a suite that is unknown. */
export type LeastParties = (suite: string, parties: number) => number | undefined;

/** A party that a session is said to have gone on without. */
export interface Vanishing {
  /** Of its leaf. */
  readonly index: number;
  readonly job: string;
  /** Hex digest of the job. */
  readonly req?: string;
  readonly suite: string;
  readonly party: string;
  /** How many parties had accepted. */
  readonly parties: number;
}

type Evidence = NonNullable<AuditLeaf['evidence']>[number];

interface Seen {
  readonly state: string;
  readonly attempt: number;
  /** The Accepts of all parties, from the leaf that says that all have accepted. */
  readonly accepts: readonly Evidence[];
  /** Those of parties that vanished since. */
  readonly vanished: readonly Evidence[];
}

/** From when on parties may have shared their inputs, and until when a session can go on. */
const UNDER_WAY = ['accepted', 'running', 'held'];

/** Leaves with a registration of a node, signed by its approval key. */
const REGISTERS: readonly LeafType[] = ['node.registered', 'node.updated'];

const same = (one: Evidence, other: Evidence): boolean => one.kid === other.kid && one.stmt === other.stmt && one.sig === other.sig;

/** Follows every job through its states, and its parties, whose keys the log has seen them register, from their Accepts to their receipts. */
export class JobSteps {
  readonly vanishings: Vanishing[] = [];
  readonly #jobs = new Map<string, Seen>();
  /** Ids of nodes by those of their approval keys, as they registered. */
  readonly #nodes = new Map<string, string>();
  readonly #first: ReadonlySet<string>;

  constructor(private readonly transitions: Transitions, private readonly leastParties: LeastParties) {
    const reached = new Set(Object.values(transitions).flat());
    this.#first = new Set(Object.keys(transitions).filter((state) => !reached.has(state)));
  }

  get count(): number {
    return this.#jobs.size;
  }

  /** @throws LogError CS0680, CS0681, CS0810 */
  follow(leaf: AuditLeaf, index: number): void {
    const { subject, to } = leaf;
    if (leaf.type === 'session.vanished') return this.#vanish(leaf, index);
    if (subject.kind === 'node' && REGISTERS.includes(leaf.type)) for (const { kid } of of('node-registration', leaf)) this.#nodes.set(kid, subject.id);
    if (subject.kind !== 'job' || to === undefined) return;
    const known = this.#jobs.get(subject.id);
    const attempt = this.#checkStep(leaf, known);
    const seen = { accepts: known?.accepts ?? [], vanished: known?.vanished ?? [] };
    // What all have accepted is told once for each attempt.
    this.#jobs.set(subject.id, { state: to, attempt, ...(to === 'accepted' ? { accepts: of('accept', leaf), vanished: [] } : seen) });
    if (to === 'released') checkReceipts(leaf, seen);
  }

  #checkStep({ subject, from, to, attempt }: AuditLeaf, known: Seen | undefined): number {
    const next = attempt === undefined ? (known?.attempt ?? 0) : Number(attempt);
    const wrong = (what: string) => new LogError(LogErrorCode.illegalTransition, `job \`${subject.id}\` ${what}`);
    if (from !== known?.state) throw wrong(`goes on from \`${from ?? 'nothing'}\` but was \`${known?.state ?? 'unknown'}\``);
    const legal = known ? Object.hasOwn(this.transitions, known.state) && this.transitions[known.state].includes(to!) : this.#first.has(to!);
    if (!legal) throw wrong(`may not go from \`${from ?? 'nothing'}\` to \`${to!}\``);
    if (next < (known?.attempt ?? 0)) throw wrong(`goes back to attempt ${next}`);
    return next;
  }

  /** A party vanishes once all have accepted, from the attempt in hand, once, and only where its suite goes on with those who stay. */
  #vanish(leaf: AuditLeaf, index: number): void {
    const { subject, attempt, party, suite, req } = leaf;
    const wrong = (what: string) => new LogError(LogErrorCode.illegalVanishing, `job \`${subject.id}\` went on without \`${party!}\`${what}`);
    const known = subject.kind === 'job' ? this.#jobs.get(subject.id) : undefined;
    if (!known || !UNDER_WAY.includes(known.state) || Number(attempt) !== known.attempt) throw wrong(' when no session of it was on');
    const [shown, ...more] = leaf.evidence ?? [];
    const accept = shown && known.accepts.find((each) => same(each, shown));
    if (!accept || more.length > 0 || this.#nodes.get(accept.kid) !== party) throw wrong(', which had not accepted');
    if (known.vanished.includes(accept)) throw wrong(' twice');
    const vanished = [...known.vanished, accept];
    const least = this.leastParties(suite!, known.accepts.length);
    if (least === undefined || known.accepts.length - vanished.length < least) throw wrong(`, and \`${suite!}\` does not with ${known.accepts.length - vanished.length} of ${known.accepts.length}`);
    this.#jobs.set(subject.id, { ...known, vanished });
    this.vanishings.push({ index, job: subject.id, ...(req === undefined ? {} : { req }), suite: suite!, party: party!, parties: known.accepts.length });
  }
}

const of = (kind: string, { evidence = [] }: AuditLeaf): readonly Evidence[] => evidence.filter((each) => each.kind === kind);

/** Every party that accepted has signed one receipt, but for those that vanished. */
function checkReceipts(leaf: AuditLeaf, { accepts, vanished }: Pick<Seen, 'accepts' | 'vanished'>): void {
  const expected = accepts.filter((accept) => !vanished.includes(accept)).map(({ kid }) => kid).sort();
  const signed = of('receipt', leaf).map(({ kid }) => kid).sort();
  if (expected.length !== signed.length || expected.some((kid, i) => kid !== signed[i])) {
    throw new LogError(LogErrorCode.receiptsMissing, `job \`${leaf.subject.id}\` was released with receipts that are not those of its parties`);
  }
}
