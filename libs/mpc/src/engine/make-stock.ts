/**
 * Making correlations for later, by the parties of a session that is over and on its links
 *
 * Afterwards every party that has stored the last part holds shares of the same new correlations, made as in any session (`../correlations/deal.ts`) and confirmed by all transcripts
 * before anything is stored. A party that stops ends it for all; what was stored alike by then is of use, and what only some have stored is found out by the offers of the next
 * session.
 *
 * Paper       none of its own: two-phase agreement on what is made, then the dealing of a session.
 * Realises    the correlations that `../correlations/stock` draws on.
 * Security    semi-honest, static, n − 1 of n corrupted, as `../correlations/deal.ts`. Wishes and parts are public to the parties and depend on no input. A part's id is fresh, so that
 *             no hash and no mask of it is another part's or the session's.
 * Assumptions those of the source that each part is made from, which is one that its profile allows; durable storage at each party (`StockMaker.store`).
 * Cost        1 round of 4 bytes each way per pair, and nothing more where one wishes for nothing. Else 2 rounds more, a wish of up to 128 KiB and 32 bytes each way; then per part its
 *             dealing and a confirmation.
 * Notation    wish_i     bytes      what party i lacks, and has; empty for nothing
 *             parts      list       what is made, and the profile that each part is made within: the same function of all wishes everywhere
 *             id         32 bytes   of a part
 * Deviations  none.
 *
 *     fill:      all → all: |wish_i| u32le          one of them empty: nothing is made
 *     wish:      all → all: wish_i                  parts ← maker.plan(wishes)
 *     parts:     all → all: SHA-256(label ‖ sessionId ‖ parts)       equal, or nothing is made
 *     for each part:   id ← SHA-256(label ‖ sessionId ‖ its number)
 *                shares ← dealCorrelations in a session of this id, transcripts confirmed, maker.store(id, shares)
 */
import { createHash } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Assumptions } from '#program/plans';
import { type Binding, type Mesh, type Randomness, boundHash, confirmTranscripts, counters } from '../channel/index.js';
import { type Correlations, type Demand, type SourceChoice, chooseSource, dealCorrelations, dealingMemoryBytes, treeDepth, wipeCorrelations } from '../correlations/index.js';
import { type BaseTransfers } from '../ot/index.js';

const protocol = 'stock-filling/2';
const mostWishBytes = 131_072;
const digestBytes = 32;

/** What is made at a time, and what it may rest on. */
export interface StockPart {
  readonly demand: Demand;
  readonly assumptions: Assumptions;
}

/** One party's end of it, kept by whoever runs the session. */
export interface StockMaker {
  /** What this party tells the others; empty when it makes nothing now. Nothing in it is secret. */
  readonly wish: Uint8Array;
  /** What is made, part by part, from the wishes of all parties by index: a function of nothing else. */
  plan(wishes: readonly Uint8Array[]): Promise<readonly StockPart[]>;
  /** Own shares of one part; what they are made of is wiped when this has resolved. */
  store(part: MadePart): Promise<void>;
}

export interface MadePart {
  /** 32 bytes, fresh, and the same at every party. */
  readonly id: Uint8Array;
  readonly correlations: Correlations;
  readonly choice: Pick<SourceChoice, 'source' | 'lattices'>;
}

export interface StockMaking {
  readonly mesh: Mesh;
  /** Of the session that is over. */
  readonly sessionId: Uint8Array;
  readonly randomness: Randomness;
  readonly base: BaseTransfers;
}

/** Every party of the session calls it. Throws `ProtocolAbort`, and what `maker` throws. */
export async function makeStock({ mesh, sessionId, randomness, base }: StockMaking, maker: StockMaker): Promise<void> {
  const everyone: Binding = { sessionId, roles: [0, mesh.parties - 1] };
  const length = counters(maker.wish.length);
  const lengths = (await mesh.exchange(protocol, 'fill', () => length, () => length.length)).map((each) => new DataView((each ?? length).buffer, (each ?? length).byteOffset).getUint32(0, true));
  const tooLong = mesh.peers.find(({ party }) => lengths[party]! > mostWishBytes);
  if (tooLong) throw tooLong.abort('CS0705', `party ${tooLong.party} wishes in more than ${mostWishBytes} bytes`, 'fill');
  if (lengths.includes(0)) return;

  const wishes = await mesh.exchange(protocol, 'wish', () => maker.wish, (peer) => lengths[peer]!);
  const parts = await maker.plan(wishes.map((wish) => wish ?? maker.wish));
  const digest = boundHash(protocol, 'parts', everyone, createHash('sha256').update(JSON.stringify(parts.map(inOrder))).digest());
  const digests = await mesh.exchange(protocol, 'parts', () => digest, () => digestBytes);
  const other = mesh.peers.find(({ party }) => !Buffer.from(digest).equals(digests[party]!));
  if (other) throw other.abort('CS0701', `party ${other.party} would make other correlations`, 'parts');

  for (const [i, { demand, assumptions }] of parts.entries()) {
    const id = boundHash(protocol, 'part', everyone, counters(i));
    const choice = chooseSource(demand, 'auto', { base: base.name, assumptions });
    const { source, lattices } = choice;
    const memory = new KernelMemory(dealingMemoryBytes(demand, { source, lattices, k: treeDepth, peers: mesh.parties - 1 }));
    const correlations = await dealCorrelations({ mesh, sessionId: id, demand, base, randomness, memory, source, lattices, k: treeDepth }).finally(() => memory.wipe());
    try {
      await confirmTranscripts(mesh, id);
      await maker.store({ id, correlations, choice });
    } finally {
      wipeCorrelations(correlations);
    }
  }
}

const inOrder = ({ demand: { triples, andWords, daBits, matrixTriples }, assumptions }: StockPart): unknown => [assumptions, triples, andWords, daBits, matrixTriples.map(({ rows, inner, columns }) => [rows, inner, columns])];
