/** Edits (insert, delete, replace, swap neighbours) between two words, or `limit + 1` when there are more than `limit`. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[b.length];
}

/** What `written` was probably meant to be; undefined when nothing is close. Case does not count; of equally near ones the first. */
export function nearestName<T>(written: string, candidates: Iterable<T>, spelling: (candidate: T) => string): T | undefined {
  const wanted = written.toLowerCase();
  let best: T | undefined;
  let limit = Math.max(1, Math.floor(wanted.length * 0.4));
  for (const candidate of candidates) {
    const distance = edits(wanted, spelling(candidate).toLowerCase(), limit);
    if (distance <= limit) {
      best = candidate;
      limit = distance - 1;
      if (limit < 0) break;
    }
  }
  return best;
}
