import { type Link } from '#mpc';

const LOOK_EVERY_MS = 10;
const QUIET_LOOKS = 20;

/**
 * Calls `then` once no frame has moved on `links` for twenty looks in a row: parties in one process compute between two looks, not across them, so that by then
 * all of them wait for one another, however slow the machine is. Looks until the function that it returns is called.
 */
export function whenQuiet(links: (Link | undefined)[][], then: () => void): () => void {
  let quietLooks = 0;
  const moved = <T>(frame: T): T => {
    quietLooks = 0;
    return frame;
  };
  for (const row of links) row.forEach((link, i) => (row[i] = link && { ...link, write: (frame) => link.write(moved(frame)), read: async () => moved(await link.read()) }));
  const timer = setInterval(() => {
    if (++quietLooks === QUIET_LOOKS) then();
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
