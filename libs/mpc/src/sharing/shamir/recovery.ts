/**
 * Going on without parties that vanish
 *
 * Afterwards all parties but those that crashed after the inputs hold shares of the same values as if nobody had, while enough are left; else
 * the session ends at all of them.
 *
 * Paper       Shares that some hold already are met as in share repair (Stinson, Wei: Combinatorial repairability for threshold schemes, 2018;
 *             the idea of adding a sharing of zero is that of Herzberg, Jarecki, Krawczyk, Yung: Proactive secret sharing. CRYPTO 1995).
 * Realises    the suite of `protocol.ts` with crash faults: a party sends what it should up to some point and nothing afterwards, and its
 *             links close. Openings go on with t + 1 parties, products with 2t + 1: n = 2t + 1 spares none, n = 2t + 2 one.
 * Security    as the suite's; crashes count besides corruptions, and crashed parties may be corrupt. No fairness: who is left may stop.
 * Assumptions those of the suite. Who is lost is told by links that close, so that a party is not taken for lost while it can be reached; links are reliable until they close.
 * Cost        Without a crash nothing, but where n is even the empty messages of `protocol.ts`, and copies of what two rounds dealt and opened.
 *             With one: 1 round of 8 bytes from each to each who is left, the round again, and 1 of 8 bytes for each word and 1 for each
 *             bit that it makes, from each party ahead to each that is not; then, at parties ahead, their own round again.
 * Notation    r        round     number    of an exchange, the same at all parties
 *             [z], [z'] share    element   of a product of the round that some have not completed: first, and when it is run again
 *             K        ahead     parties   that have completed that round
 * Deviations  1. Share repair gives one party a share that it lost; here a whole round is dealt anew, and its sharing moved to the one that parties ahead hold already.
 *             2. One loss is made up for and no second one, which takes no agreement but the notices' own.
 *
 *     Openings: any t + 1 shares yield the value, whichever they are, so nobody needs to agree on who is lost.
 *     Products, n odd: who wants a share stops and closes its links. Who wants none goes on, to openings.
 *     Products, n even, in epoch 0:
 *     1. whoever loses j, or hears of it, in its round r:   → all but j: lost (j, r)       and waits for the same of all but j
 *     2. all named j: epoch 1 begins without j, and all who are left reduce degrees.       Or else: abort
 *     3. all run the first round again that some have not completed, on copies of what they dealt and opened: [z']
 *     4. K → others: c = [z] − [z']                         others: [z] = [z'] + c(α), with c(0) = 0 and the rest from K
 *     5. K run their own round again
 *
 * One round apart. In epoch 0 everybody sends everybody a message in each round and completes it when all of them came. Who completes r has
 * heard from all in r, so all have completed r − 1: of the parties some are in a round and the rest, K, in the next.
 *
 * Agreement. A party enters epoch 1 with a notice of every other that is left, all of which name j; each of these has left epoch 0 when
 * it sent it. The epochs cross on lanes of their own, and what comes late on the first is dropped. So nobody completes a round with
 * messages of both epochs or with other reducers than its peers. If two live parties lose each other, they name each other: either all others
 * name one of the two, which is then as good as crashed, or somebody hears both names and stops, and too few are left for products, so
 * that all stop. A second loss in steps 1 to 5 stops all likewise. To stop is never wrong: only what t + 1 shares determine is opened.
 *
 * Correctness. Both [z] and [z'] have degree t and the same value, so c has degree t and c(0) = 0. From t parties in K on this determines c; fewer leave
 * it open, and the polynomial of least degree is taken: then [z'] + c is a sharing of the value that agrees with all who cannot go back.
 *
 * Privacy. Corrupted C, |C| = t, see another dealing of what was dealt before, with streams of its own (numbers ρ of epoch 1), and c. If C knows its
 * shares of [z], c follows from those, its shares of [z'] and c(0) = 0. If not, it lacks what j dealt, which is uniform at C, and so is c.
 * What is opened again is the same shares of the same values.
 *
 * The transcript that is confirmed leaves out the lane of epoch 0 once there is an epoch 1.
 */
import { type KernelMemory } from '#kernels';
import { type Mesh } from '../../channel/index.js';
import { inconsistent, noElement } from './aborts.js';
import { differenceOf } from './interpolation.js';
import { type Dealing, type Item, eachPiece } from './items.js';
import { type Members } from './members.js';
import { lagrange, pointOf, secretPoint } from './polynomials.js';
import { shamirProtocol } from './protocol.js';

/** A round that can be run again: its items with copies of all that they deal and open. */
export interface KeptRound {
  readonly items: readonly Item[];
  /** This party's shares of what its dealings summed to, once it has completed the round. */
  readonly results?: readonly Uint8Array[];
  readonly copies: readonly Uint8Array[];
}

/** What a correction runs on. */
interface Place {
  readonly mesh: Mesh;
  readonly members: Members;
  readonly workspace: KernelMemory;
  readonly slots: readonly number[];
}

const dealingsOf = ({ items }: KeptRound): Dealing[] => items.filter((item) => item.kind === 'deal');

export function keep(items: readonly Item[]): KeptRound {
  const copies: Uint8Array[] = [];
  const kept = items.map((item): Item => {
    const { field, count } = item;
    const copy = item.kind === 'open' ? item.shares.slice() : new Uint8Array(field.elementBytes * count);
    copies.push(copy);
    if (item.kind === 'open') return { ...item, shares: copy };
    // Parties that do not reduce degrees now may have to later.
    eachPiece(item, (from, length) => copy.set(item.values(from, length), field.elementBytes * from));
    return { ...item, values: (from, length) => copy.subarray(field.elementBytes * from, field.elementBytes * (from + length)) };
  });
  return { items: kept, copies };
}

export function keepResults(kept: KeptRound): KeptRound {
  const results = dealingsOf(kept).map(({ shares }) => shares.slice());
  return { ...kept, results, copies: [...kept.copies, ...results] };
}

export function wipeKept(kept: KeptRound | undefined): void {
  for (const copy of kept?.copies ?? []) copy.fill(0);
}

/** The items of a round for running it again. A party that is ahead has what it yields and takes the shares elsewhere. */
export function againFor({ items }: KeptRound, isAhead: boolean): KeptRound {
  if (!isAhead) return { items, copies: [] };
  const copies: Uint8Array[] = [];
  return {
    items: items.map((item): Item => {
      if (item.kind === 'open') return { ...item, opened: () => undefined };
      const shares = new Uint8Array(item.shares.length);
      copies.push(shares);
      return { ...item, shares };
    }),
    copies,
  };
}

/**
 * Gives the parties that are behind shares of the very sharings that those `ahead` hold, from the `repeated` ones: step 4 of the recovery. One
 * round.
 */
export async function correct(place: Place, kept: KeptRound, repeated: KeptRound, ahead: readonly number[]): Promise<void> {
  const { mesh, members } = place;
  const dealings = dealingsOf(repeated);
  const bytes = dealings.reduce((sum, { shares }) => sum + shares.length, 0);
  const isAhead = ahead.includes(mesh.self);
  const correction = isAhead ? differences(place, dealings, kept.results!) : new Uint8Array(0);
  const outgoing = new Map(isAhead ? members.left.flatMap((party) => (party === mesh.self || ahead.includes(party) ? [] : [[party, Uint8Array.from(correction)] as const])) : []);
  correction.fill(0);
  const sent = (peer: number): boolean => !isAhead && ahead.includes(peer);
  const result = await members.exchange({ protocol: shamirProtocol, step: 'correction' }, outgoing, {
    incomingBytes: (peer) => (sent(peer) ? bytes : 0), needs: sent, agree: false,
  });
  if (!isAhead && 'received' in result) applyTo(place, dealings, ahead, result.received);
}

/** c = z − z′ of all dealings, one after the other. */
function differences({ workspace, slots }: Place, dealings: readonly Dealing[], results: readonly Uint8Array[]): Uint8Array {
  const [difference, theirs, ours] = slots as [number, number, number];
  const parts = dealings.map((item, i) => {
    const { field, shares } = item;
    const weights = field.weights([1n, field.arithmetic.subtract(0n, 1n)]);
    const part = new Uint8Array(shares.length);
    eachPiece(item, (from, count) => {
      const [start, end] = [field.elementBytes * from, field.elementBytes * (from + count)];
      workspace.bytes.set(results[i]!.subarray(start, end), theirs);
      workspace.bytes.set(shares.subarray(start, end), ours);
      field.combine(difference, [theirs, ours], weights, count);
      part.set(workspace.bytes.subarray(difference, difference + end - start), start);
    });
    return part;
  });
  return Buffer.concat(parts);
}

/** z = z′ + c(α), where c(0) = 0 and the parties ahead told the rest. */
function applyTo({ workspace, slots, mesh, members }: Place, dealings: readonly Dealing[], ahead: readonly number[], received: readonly (Uint8Array | undefined)[]): void {
  const [sum, own, ...places] = slots as [number, number, ...number[]];
  const basis = ahead.slice(0, members.threshold);
  let at = 0;
  for (const item of dealings) {
    const { field, shares } = item;
    const weightsAt = (party: number): bigint[] => lagrange(field.arithmetic, [secretPoint, ...basis.map(pointOf)], pointOf(party)).slice(1);
    const weights = field.weights([1n, ...weightsAt(mesh.self)]);
    const checks = ahead.slice(members.threshold).map((party) => ({ party, weights: field.weights(weightsAt(party)) }));
    eachPiece(item, (from, count) => {
      const [start, end] = [field.elementBytes * from, field.elementBytes * (from + count)];
      ahead.forEach((party, i) => {
        workspace.bytes.set(received[party]!.subarray(at + start, at + end), places[i]!);
        if (!field.isCanonical(places[i]!, count)) throw noElement('correction', party);
      });
      const told = places.slice(0, basis.length);
      for (const check of checks) {
        field.combine(sum, told, check.weights, count);
        if (differenceOf(workspace.bytes, sum, places[ahead.indexOf(check.party)]!, end - start) !== 0) throw inconsistent('correction');
      }
      workspace.bytes.set(shares.subarray(start, end), own);
      field.combine(sum, [own, ...told], weights, count);
      shares.set(workspace.bytes.subarray(sum, sum + end - start), start);
    });
    at += shares.length;
  }
}
