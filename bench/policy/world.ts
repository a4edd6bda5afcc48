import { type PolicyFacts, type PolicyJob, type PolicyRegistry } from '#policy';

/** One sentence in our language, and what it comes to in Cedar. */
interface Sentence {
  readonly ours: string;
  /** Empty where Cedar leaves it to whoever prepares the request. */
  readonly cedar: string;
}

/** A job and facts that no decision has seen before and that share no string with the policy, as a server reads them for each request. */
export interface Request {
  readonly job: PolicyJob;
  readonly facts: PolicyFacts;
}

/** A consortium whose policy has about `rules` sentences, of which a handful concern each request. */
export interface World {
  readonly registry: PolicyRegistry;
  readonly sentences: readonly Sentence[];
  request(i: number): Request;
}

export const REQUESTS = 64;
const DATASETS = 25;
const PROGRAMS = ['Count', 'Mean', 'Histogram', 'Group Mean'];
const SIGNED = [[], ['Ana'], ['Auditor', 'Ana'], ['Ana', 'Ben'], ['Auditor', 'Ben', 'Ana']];

/** Four sentences for each node: its permission, one that binds it, a prohibition and one that people can lift. */
function sentencesOf(node: string, i: number): readonly Sentence[] {
  const program = (offset: number) => PROGRAMS[(i + offset) % PROGRAMS.length];
  const [own, other] = [`Ledger ${i % DATASETS}`, `Ledger ${(i + 7) % DATASETS}`];
  return [
    {
      ours: `Allow ${node} to run ${program(0)} on ${own} only if Auditor signs.`,
      cedar: `permit (principal == Node::"${node}", action == Action::"${program(0)}", resource == Dataset::"${own}") when { context.signed.contains(Node::"Auditor") };
forbid (principal == Node::"${node}", action == Action::"${program(0)}", resource == Dataset::"${own}") unless { context.signed.contains(Node::"Auditor") };`,
    },
    {
      ours: `Allow ${node} to run ${program(1)} on ${own}.`,
      cedar: `permit (principal == Node::"${node}", action == Action::"${program(1)}", resource == Dataset::"${own}");`,
    },
    {
      ours: `${node} must not compute on ${other} for marketing.`,
      cedar: `forbid (principal == Node::"${node}", action, resource == Dataset::"${other}") when { !(context has purpose) || context.purpose == "marketing" };`,
    },
    {
      ours: `Forbid ${node} from running ${program(2)} on data tagged personal unless at least two different people from Compliance sign.`,
      cedar: `forbid (principal == Node::"${node}", action == Action::"${program(2)}", resource in Tag::"personal") unless { context.people.Compliance >= 2 };`,
    },
  ];
}

const COMMON: readonly Sentence[] = [
  { ours: 'Requesters must not sign their own jobs.', cedar: '' },
  { ours: 'Only the requester may receive results.', cedar: 'forbid (principal, action, resource) unless { [principal].containsAll(context.receivers) };' },
];

interface Signing {
  /** Who has signed, by the number of the request. */
  readonly signed?: readonly (readonly string[])[];
  /** Who can sign. The people hold the role that sentences ask for. */
  readonly nodes?: readonly string[];
  readonly people?: readonly string[];
}

export function worldOf(rules: number, { signed = SIGNED, nodes = ['Auditor', 'Bank 0', 'Bank 1', 'Bank 2'], people = ['Ana', 'Ben'] }: Signing = {}): World {
  const members = Array.from({ length: Math.max(1, Math.floor((rules - COMMON.length) / 4)) }, (_, i) => `Bank ${i}`);
  const datasets = Array.from({ length: DATASETS }, (_, i) => ({ name: `Ledger ${i}`, node: members[i % members.length], tags: i % 3 === 0 ? ['personal'] : ['public'] }));
  const jobs = Array.from({ length: REQUESTS }, (_, i): PolicyJob => {
    const member = (i * 37) % members.length;
    const { name, node, tags } = datasets[(i % 5 === 0 ? member + 7 : member) % DATASETS];
    return {
      requester: { node: members[member], keyId: `key of ${members[member]}`, agent: false },
      program: { name: PROGRAMS[(member + (i % 3)) % PROGRAMS.length], digest: '00' },
      inputs: [{ node, dataset: name, tags }],
      parties: [members[member], node],
      receivers: [i % 11 === 0 ? 'Auditor' : members[member]],
      ...(i % 4 === 3 ? {} : { purpose: i % 8 === 0 ? 'marketing' : 'risk' }),
      security: { model: 'semi-honest', majority: 'dishonest' },
    };
  });
  const signers = [...nodes.map((name) => ({ name, keyId: `key of ${name}`, roles: [] })), ...people.map((name) => ({ name, keyId: `key of ${name}`, roles: ['Compliance'], node: 'Auditor' }))];
  const facts = signed.map((names): PolicyFacts => ({ now: '2026-10-05T12:00:00.000Z', signers, signatures: names.map((name) => ({ signer: name, keyId: `key of ${name}`, roles: [] })) }));
  const [jobTexts, factTexts] = [jobs, facts].map((all) => all.map((one) => JSON.stringify(one)));
  return {
    registry: { nodes: [...members, 'Auditor'], datasets, programs: PROGRAMS, roles: [{ name: 'Compliance', nodes: ['Auditor'] }] },
    sentences: [...COMMON, ...members.flatMap(sentencesOf)],
    request: (i) => ({ job: JSON.parse(jobTexts[i % jobTexts.length]) as PolicyJob, facts: JSON.parse(factTexts[i % factTexts.length]) as PolicyFacts }),
  };
}
