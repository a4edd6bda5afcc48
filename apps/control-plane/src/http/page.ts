import { Problem } from './problem.js';

export interface Page<T> {
  items: T[];
  next?: string;
}

/** A page of `rows`, of which one more than `limit` was read to know whether more follow; `after` the last item comes `next`. */
export function pageOfRows<Row, View>(rows: readonly Row[], limit: number, view: (row: Row) => View, cursor: (row: Row) => string): Page<View> {
  const items = rows.slice(0, limit);
  return { items: items.map(view), ...(rows.length > limit ? { next: cursor(items[items.length - 1]) } : {}) };
}

/** A page of a list that is small and whole; `key` orders it and marks the place. */
export function pageOfList<T>(all: readonly T[], query: { readonly limit: number; readonly after?: string }, key: (item: T) => string): Page<T> {
  const ordered = all.map((item) => ({ item, mark: key(item) })).sort((a, b) => (a.mark < b.mark ? -1 : a.mark > b.mark ? 1 : 0));
  const { after } = query;
  const rest = after === undefined ? ordered : ordered.filter(({ mark }) => mark > after);
  return pageOfRows(rest, query.limit, ({ item }) => item, ({ mark }) => mark);
}

/** A place in a list that is numbered. @throws Problem CS0400 */
export function placeIn(after: string): number {
  if (!/^[0-9]{1,15}$/.test(after)) throw new Problem(400, 'CS0400', '`after` is no place in this list');
  return Number(after);
}
