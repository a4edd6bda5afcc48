import { KernelMemory } from '#kernels';
import { type Assumptions, type CorrelationFacts, type PlanCost, type SourceRequest, type SuiteName, allProblems, correlationsOf, treeDepth } from '#program/plans';
import { type Mesh, type Randomness } from '../channel/index.js';
import { type Drawn, type DrawnCounts, countDrawn, type dealCorrelations, dealingMemoryBytes, isNeeded, joinDrawn, lessDrawn } from '../correlations/index.js';
import { type BaseTransfers } from '../ot/index.js';
import { AdditiveSuite, type Suite, replicatedSuite, shamirSuite } from '../sharing/index.js';

export interface Preparation {
  readonly mesh: Mesh;
  readonly sessionId: Uint8Array;
  readonly randomness: Randomness;
  readonly onBatch: (done: number, total: number) => void;
}

/** A suite that is still to be prepared; its name and source are what parties compare first. */
export interface SuiteToPrepare {
  readonly correlations: CorrelationFacts & { readonly drawn?: DrawnCounts };
  /** The offline phase up to the masks. Throws `ProtocolAbort`. */
  prepare(preparation: Preparation): Promise<Suite>;
}

export interface SuiteChoice {
  readonly name: SuiteName;
  readonly demand: PlanCost;
  readonly base: BaseTransfers;
  readonly deal: typeof dealCorrelations;
  readonly correlations?: SourceRequest;
  /** What they may rest on. */
  readonly assumptions?: Assumptions;
  /** What comes from stock. */
  readonly drawn?: Drawn;
}

export function suiteOf({ name, demand, base, deal, correlations: request, assumptions, drawn }: SuiteChoice): SuiteToPrepare {
  const rest = drawn ? { ...demand, ...lessDrawn(demand, drawn) } : demand;
  const { facts, choice } = correlationsOf(name, rest, request, { base: base.name, assumptions });
  const correlations = drawn
    ? { ...facts, drawn: countDrawn(drawn), restsOn: allProblems(facts.restsOn, drawn.restsOn), ...(!isNeeded(rest) && { reason: 'all of them were in stock' }) }
    : facts;
  switch (name) {
    case 'additive-z64': {
      const { source, lattices } = choice!;
      return {
        correlations,
        prepare: async ({ mesh, sessionId, randomness, onBatch }) => {
          const memory = new KernelMemory(dealingMemoryBytes(rest, { source, lattices, k: treeDepth, peers: mesh.parties - 1 }));
          const dealt = await deal({ mesh, sessionId, demand: rest, base, randomness, memory, source, lattices, k: treeDepth, onBatch }).finally(() => memory.wipe());
          return new AdditiveSuite({ mesh, randomness, correlations: drawn ? joinDrawn(dealt, drawn, demand) : dealt });
        },
      };
    }
    case 'replicated-z64': return { correlations, prepare: ({ mesh, sessionId, randomness }) => replicatedSuite({ mesh, sessionId, randomness }) };
    case 'shamir-p61': return { correlations, prepare: ({ mesh, sessionId, randomness }) => shamirSuite({ mesh, sessionId, randomness, daBits: demand.daBits }) };
  }
}
