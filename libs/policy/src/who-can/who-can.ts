import { decide } from '../decide/decide.js';
import { ANOTHER_PURPOSE, MADE_FOR_ONE, Requests, type Narrowed } from '../requests/requests.js';
import { type Known, type Supposed } from '../requests/supposed.js';
import { type CompiledPolicy } from '../rules.js';
import { type Decision, type MissingSignatures } from '../types.js';

/** One thing that a policy can allow. */
export interface Possible {
  readonly who: string;
  /** Whether an AI agent asks; only of a policy that speaks of agents. */
  readonly agent?: boolean;
  readonly program: string;
  readonly dataset: string;
  /** Other datasets that the request must have besides. */
  readonly together?: readonly string[];
  /** Where the purpose matters: for which one it is. `another purpose` is any that no sentence names. */
  readonly purpose?: string;
  /** Each of whom may receive the result alone. */
  readonly receivers: readonly string[];
  /** Protection that the request must ask for, and whether its program must be approved. */
  readonly protection: readonly string[];
  /** The fewest signatures that it takes; none where the list is empty. */
  readonly missing: readonly MissingSignatures[];
  /** A request of this kind with the facts it was judged by. It is allowed once those who are missing have signed. */
  readonly example: Supposed;
}

export interface WhoCan {
  readonly possible: readonly Possible[];
  /** Said where not everything was looked at. */
  readonly note?: string;
}

/** What is asked for; anything where a field is absent. */
export type WhoCanQuestion = Narrowed;

/**
 * Everything that a policy can ever allow from `known.now` on, and with whose signatures, in order of who, program and dataset. What is not listed
 * is denied, whoever signs, unless a note says that not everything was looked at. Of more than four inputs the sets that are looked at are those in
 * which rules about owners, datasets and tags differ.
 */
export function whoCan(policy: CompiledPolicy, known: Known, question: WhoCanQuestion = {}, { mostRequests = 30_000 }: { readonly mostRequests?: number } = {}): WhoCan {
  const best = new Map<string, Found>();
  const requests = new Requests(policy, known, mostRequests * MADE_FOR_ONE);
  let looked = 0;
  for (const supposed of requests.permitted(question)) {
    const keys = keysOf(supposed, question);
    if (keys.every((key) => best.get(key.text)?.rank === 0)) continue;
    if (looked++ === mostRequests) break;
    const { decision, job } = requests.decided(supposed);
    if (decision.outcome === 'deny') continue;
    for (const { text, dataset, together } of keys) {
      const rank = (together.length > 0 ? 1_000 : 0) + together.length + signaturesOf(decision);
      if (rank < (best.get(text)?.rank ?? Infinity)) best.set(text, { rank, decision, dataset, together, supposed: { ...supposed, job } });
    }
  }
  const possible = purposesThatMatter([...best.values()]).map((found) => possibleOf(requests, found)).sort(inOrder);
  const isCut = looked > mostRequests || requests.areTooMany;
  return { possible, ...(isCut ? { note: `the policy tells more than ${mostRequests} requests apart: ask for less at once` } : {}) };
}

interface Found {
  readonly rank: number;
  readonly decision: Decision;
  readonly dataset: string;
  readonly together: readonly string[];
  readonly supposed: Supposed;
}

const signaturesOf = ({ missing }: Pick<Decision, 'missing'>): number => missing.reduce((sum, { atLeast }) => sum + atLeast, 0);

/** What a request shows to be possible: one thing for each of its datasets. */
function keysOf({ job: { requester, program, inputs, purpose } }: Supposed, question: WhoCanQuestion) {
  const datasets = [...new Set(inputs.map(({ dataset }) => dataset))];
  return datasets.filter((dataset) => question.dataset === undefined || dataset === question.dataset).map((dataset) => ({
    dataset,
    together: datasets.filter((other) => other !== dataset),
    text: JSON.stringify([requester.node, requester.agent, program.name, dataset, purpose ?? null]),
  }));
}

/** Of things that differ in their purpose alone, those that state one only where they need fewer signatures than without, or other ones. */
function purposesThatMatter(all: readonly Found[]): readonly Found[] {
  const alike = Map.groupBy(all, ({ supposed: { job: { requester, program } }, dataset }) => JSON.stringify([requester.node, requester.agent, program.name, dataset]));
  return [...alike.values()].flatMap((group) => {
    const plain = group.find(({ supposed }) => supposed.job.purpose === undefined);
    const other = plain ?? group.find(({ supposed }) => supposed.job.purpose === ANOTHER_PURPOSE);
    return other === undefined ? group : group.filter((found) => found === other || found.rank < other.rank);
  });
}

function possibleOf({ policy, known: { registry }, speaksOfAgents }: Requests, { decision, dataset, together, supposed: { job, facts } }: Found): Possible {
  const { requester, program, purpose, security, privacy } = job;
  const receivers = registry.nodes.filter((node) => {
    const judged = decide(policy, { ...job, receivers: [node] }, facts, { nearest: false });
    return judged.outcome !== 'deny' && signaturesOf(judged) <= signaturesOf(decision);
  });
  const restsOnApproval = decide(policy, job, { ...facts, programApprovals: [] }, { nearest: false }).outcome === 'deny';
  const protection = [security.model === 'malicious' ? 'a malicious-secure protocol' : '', security.majority === 'honest' ? 'an honest majority' : '', ASSUMED[security.assumptions ?? 'any'], privacy === undefined ? '' : 'differential privacy', restsOnApproval ? 'an approved program' : ''].filter((text) => text !== '');
  return {
    who: requester.node, ...(speaksOfAgents ? { agent: requester.agent === true } : {}), program: program.name, dataset, ...(together.length === 0 ? {} : { together }),
    ...(purpose === undefined ? {} : { purpose }), receivers, protection, missing: decision.missing, example: { job, facts },
  };
}

const ASSUMED = { any: '', 'no-lpn': 'an LPN-free protocol', 'module-lwe-only': 'a protocol that rests on Module-LWE only' } as const;

const orderOf = ({ who, agent, program, dataset, purpose = '' }: Possible): string => [who, agent, program, dataset, purpose].join('\0');
const inOrder = (a: Possible, b: Possible): number => (orderOf(a) < orderOf(b) ? -1 : 1);
