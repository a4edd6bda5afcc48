import { SessionError } from './errors.js';
import type { SessionLink } from './session-link.js';

/** The first echo may wait for a peer that is still starting, and any one for a busy machine: the median of five leaves such out, and no lucky one counts either. */
const ECHOES = 5;

type Echoing = Pick<SessionLink, 'roundTrip' | 'hasAnswered'>;

/** Resolves when the peer could measure too: it learns from its own echoes, not from this end's farewell, how slow the link is. */
async function medianRoundTrip(link: Echoing): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ECHOES; i++) times.push(await link.roundTrip());
  await link.hasAnswered(ECHOES);
  return times.sort((a, b) => a - b)[(ECHOES - 1) / 2];
}

/** The round trip to each peer in milliseconds; a peer that has not answered every echo, and asked for as many, `withinMs` is left out. */
export async function measureLinks(links: ReadonlyMap<number, Echoing>, withinMs: number): Promise<Map<number, number>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, withinMs, undefined)));
  const measured = await Promise.all([...links].map(async ([party, link]) => [party, await Promise.race([medianRoundTrip(link).catch(() => undefined), late])] as const));
  clearTimeout(timer);
  return new Map(measured.filter((each): each is readonly [number, number] => each[1] !== undefined));
}

/** @throws SessionError CS0739 when the link to a peer is slower than `mostMs`, or was not measured; blames the peer */
export function checkRoundTrips(peers: Iterable<number>, measured: ReadonlyMap<number, number>, mostMs: number | undefined): void {
  if (mostMs === undefined) return;
  for (const party of peers) {
    const ms = measured.get(party);
    if (ms === undefined) throw new SessionError('CS0739', `the link to party ${party} could not be measured, and the policy allows at most ${mostMs} ms`, { blame: party });
    if (ms > mostMs) throw new SessionError('CS0739', `the round trip to party ${party} took ${ms.toFixed(1)} ms, and the policy allows at most ${mostMs} ms`, { blame: party });
  }
}
