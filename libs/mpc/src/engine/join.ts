import { type Lowered, type OwnJoinRows, type Plan, type PlanJoin, joinBins, joinSizeOf, joinTurns } from '#program/plans';
import { type Mesh, type Randomness } from '../channel/index.js';
import { type JoinParty, joinLeft, joinRight, placedWords, placesOf } from '../join/index.js';
import { type Machine } from '../machine/index.js';
import { type BaseTransfers } from '../ot/index.js';

/** The last one: far from those of correlations. */
const joinLane = 15;

export interface JoinRun {
  readonly plan: Plan;
  readonly lowered: Lowered;
  readonly mesh: Mesh;
  readonly sessionId: Uint8Array;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
  /** The own table, if this party has one. */
  readonly rows: OwnJoinRows | undefined;
  /** Called once for each message that waits for another, when all have been. */
  readonly onTurn: () => void;
}

/** This party's shares of what a join gives. Secret. */
interface Shares {
  readonly difference: BigUint64Array;
  readonly columns: readonly BigUint64Array[];
}

/** Joins the tables that the plan names, if it does, and loads the machine with this party's shares; a party without a table holds zeros. Throws `ProtocolAbort`. */
export async function joinTables(machine: Machine, run: JoinRun): Promise<void> {
  const { plan: { join }, lowered, rows } = run;
  if (!join || !lowered.join) return;
  const { difference, columns } = await (rows ? ownShares(run, join, rows) : noShares(join));
  machine.loadPlanes(lowered.join.difference, difference);
  lowered.join.columns.forEach((register, i) => machine.loadWords(register, columns[i]!));
  for (const secret of [difference, ...columns]) secret.fill(0n);
  for (let turn = 0; turn < joinTurns; turn++) run.onTurn();
}

const noShares = async (join: PlanJoin): Promise<Shares> => {
  const zeros = (): BigUint64Array => new BigUint64Array(joinBins(join.left.maxRows));
  return { difference: zeros(), columns: join.columns.map(zeros) };
};

async function ownShares({ mesh, sessionId, base, randomness }: JoinRun, join: PlanJoin, rows: OwnJoinRows): Promise<Shares> {
  const isLeft = join.left.party === mesh.self;
  const peer = mesh.peers.find(({ party }) => party === join[isLeft ? 'right' : 'left'].party)!;
  const party: JoinParty = { lane: peer.lane(joinLane), binding: { sessionId, roles: [join.left.party, join.right.party] }, base, randomness };
  const shares = await (isLeft ? leftShares(party, join, rows) : rightShares(party, join, rows));
  mesh.rounds += party.lane.turns;
  return shares;
}

/** What the right table gives, in the plan's order of columns; `left` are those of the left one. */
const inOrder = ({ columns }: PlanJoin, { left, right }: { readonly left: readonly BigUint64Array[]; readonly right: readonly BigUint64Array[] }): BigUint64Array[] => {
  const next = { left: 0, right: 0 };
  const of = { left, right };
  return columns.map(({ side }) => of[side][next[side]++]!);
};

/** The left party shares its columns by knowing them: the others' shares are zeros. */
async function leftShares(party: JoinParty, join: PlanJoin, { digests, columns }: OwnJoinRows): Promise<Shares> {
  const size = joinSizeOf(join);
  const places = placesOf(party, digests, size.bins);
  try {
    const half = await joinLeft(party, places, size);
    const left = columns.map((column) => placedWords(column, places.rows));
    return { difference: half.tags, columns: inOrder(join, { left, right: half.columns }) };
  } finally {
    places.rows.fill(0);
    places.points.fill(0);
  }
}

async function rightShares(party: JoinParty, join: PlanJoin, rows: OwnJoinRows): Promise<Shares> {
  const size = joinSizeOf(join);
  const half = await joinRight(party, rows, size);
  const left = join.columns.filter(({ side }) => side === 'left').map(() => new BigUint64Array(size.bins));
  return { difference: half.tags, columns: inOrder(join, { left, right: half.columns }) };
}
