import { createRequire } from 'node:module';
import { type Request, type World } from './world.js';

interface Entity {
  readonly type: string;
  readonly id: string;
}
interface Call {
  readonly principal: Entity;
  readonly action: Entity;
  readonly resource: Entity;
  readonly context: Readonly<Record<string, unknown>>;
  readonly entities: readonly { readonly uid: Entity; readonly attrs: object; readonly parents: readonly Entity[] }[];
  readonly preparsedPolicySetId: string;
}
type Answer =
  | { readonly type: 'success'; readonly response: { readonly decision: 'allow' | 'deny'; readonly diagnostics: { readonly errors: readonly { readonly error: { readonly message: string } }[] } } }
  | { readonly type: 'failure'; readonly errors: readonly { readonly message: string }[] };
/** What is used of `@cedar-policy/cedar-wasm`, a development dependency. */
interface Cedar {
  preparsePolicySet(id: string, policies: { readonly staticPolicies: string }): Answer;
  statefulIsAuthorized(call: Call): Answer;
  getCedarSDKVersion(): string;
}

const node = (id: string): Entity => ({ type: 'Node', id });
const reference = (id: string) => ({ __entity: node(id) });

/**
 * A policy of the world in Cedar, parsed once. Cedar has no answer "needs signatures", and cannot count: who signed and how many people of a role did
 * is given to it ready, without the requester, as it would be by whoever calls it.
 */
export class CedarPolicy {
  readonly version: string;
  private readonly cedar: Cedar;

  constructor(private readonly world: World) {
    this.cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
    this.version = this.cedar.getCedarSDKVersion();
    const prepared = this.cedar.preparsePolicySet('policy', { staticPolicies: world.sentences.map(({ cedar }) => cedar).join('\n') });
    if (prepared.type === 'failure') throw new Error(`Cedar refuses the policy: ${prepared.errors[0].message}`);
  }

  callOf({ job, facts }: Request): Call {
    const [{ dataset, tags }] = job.inputs;
    const rolesOf = new Map(facts.signers.map(({ keyId, roles }) => [keyId, roles]));
    const signed = new Map(facts.signatures.filter(({ keyId }) => keyId !== job.requester.keyId).map((signature) => [signature.keyId, signature.signer]));
    return {
      principal: node(job.requester.node),
      action: { type: 'Action', id: job.program.name },
      resource: { type: 'Dataset', id: dataset },
      context: {
        signed: [...signed.values()].map(reference),
        people: Object.fromEntries(this.world.registry.roles.map(({ name }) => [name, [...signed.keys()].filter((keyId) => rolesOf.get(keyId)?.includes(name)).length])),
        receivers: job.receivers.map(reference),
        ...(job.purpose === undefined ? {} : { purpose: job.purpose }),
      },
      entities: [{ uid: { type: 'Dataset', id: dataset }, attrs: {}, parents: tags.map((id) => ({ type: 'Tag', id })) }],
      preparsedPolicySetId: 'policy',
    };
  }

  decide(call: Call): 'allow' | 'deny' {
    const answer = this.cedar.statefulIsAuthorized(call);
    if (answer.type === 'failure') throw new Error(`Cedar fails: ${answer.errors[0].message}`);
    const [error] = answer.response.diagnostics.errors;
    if (error !== undefined) throw new Error(`Cedar fails in a policy: ${error.error.message}`);
    return answer.response.decision;
  }
}
