/** How long to wait before the next try, in milliseconds. */
export interface Backoff {
  readonly firstMs: number;
  /** The ceiling of the first minute without a connection: a restarted control plane gives workers ten seconds to come back. */
  readonly soonMs: number;
  readonly laterMs: number;
}
export const DEFAULT_BACKOFF: Backoff = { firstMs: 100, soonMs: 2_000, laterMs: 15_000 };
const SOON_FOR_MS = 60_000;

/**
 * The delay before try number `tries` (1 …) after being without a connection for `downMs`: it doubles up to a ceiling, and `fraction`, uniform
 * in [0, 1), spreads it over its upper half, so that the workers of a restarted control plane do not return all at once.
 */
export function backoffMs({ firstMs, soonMs, laterMs }: Backoff, { tries, downMs, fraction }: { readonly tries: number; readonly downMs: number; readonly fraction: number }): number {
  const ceiling = downMs < SOON_FOR_MS ? soonMs : laterMs;
  const full = Math.min(ceiling, firstMs * 2 ** Math.min(tries - 1, 30));
  return full / 2 + (full / 2) * fraction;
}
