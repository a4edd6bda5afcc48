/** A value of a graph: how many words sharing it takes, and what it can be made of without a message; nothing where it is where paths begin. */
export interface CutNode {
  readonly words: number;
  readonly madeOf: readonly number[];
  /** Whether it is wanted. */
  readonly wanted: boolean;
}

/**
 * Which values to share so that all wanted ones are shared or made of shared ones, with the fewest words: a minimum vertex cut between where paths begin and what is
 * wanted. Among equal ones the cut nearest to the beginnings.
 *
 * Maximum flow by shortest augmenting paths (Edmonds, Karp: J. ACM 19, 1972), where every value is an edge of its words from a node 2i to a node 2i + 1.
 */
export function minimumCut(nodes: readonly CutNode[]): ReadonlySet<number> {
  const [source, sink] = [2 * nodes.length, 2 * nodes.length + 1];
  const edges: Edge[][] = Array.from({ length: sink + 1 }, () => []);
  const connect = (from: number, to: number, room: number): void => {
    const [there, back]: [Edge, Edge] = [{ from, to, room }, { from: to, to: from, room: 0 }];
    there.reverse = back;
    back.reverse = there;
    edges[from]!.push(there);
    edges[to]!.push(back);
  };
  /** Shared in any case: others are made of it for nothing. */
  const isCertain = ({ madeOf, wanted }: CutNode): boolean => wanted && madeOf.length === 0;
  nodes.forEach((node, i) => {
    const { words, madeOf, wanted } = node;
    if (isCertain(node)) return;
    connect(2 * i, 2 * i + 1, words);
    if (madeOf.length === 0) connect(source, 2 * i, Infinity);
    for (const each of madeOf) connect(2 * each + 1, 2 * i, Infinity);
    if (wanted) connect(2 * i + 1, sink, Infinity);
  });
  for (;;) {
    const reached = reachedFrom(source, edges);
    if (!reached.has(sink)) return new Set(nodes.flatMap((node, i) => (isCertain(node) || (reached.has(2 * i) && !reached.has(2 * i + 1)) ? [i] : [])));
    const path: Edge[] = [];
    for (let at = sink; at !== source; at = path.at(-1)!.from) path.push(reached.get(at)!);
    const flow = path.reduce((least, { room }) => Math.min(least, room), Infinity);
    for (const edge of path) {
      edge.room -= flow;
      edge.reverse!.room += flow;
    }
  }
}

interface Edge {
  readonly from: number;
  readonly to: number;
  room: number;
  reverse?: Edge;
}

/** Every node that there is room to go to, with the last edge of a shortest way. */
function reachedFrom(source: number, edges: readonly (readonly Edge[])[]): ReadonlyMap<number, Edge | undefined> {
  const reached = new Map<number, Edge | undefined>([[source, undefined]]);
  // Grows while it is gone through.
  for (const node of reached.keys()) {
    for (const edge of edges[node]!) if (edge.room > 0 && !reached.has(edge.to)) reached.set(edge.to, edge);
  }
  return reached;
}
