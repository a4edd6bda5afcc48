import { assumptionsOf, chooseSuite, expectedErrors, memoryOf, neededColumns, type Plan, planCost, SUITES, type SuiteFacts, trafficOf } from '#program';
import { planVerified, type VerifiedJob } from '#verify';
import { type Terminal } from '../terminal.js';
import { restsOnLines } from './assumptions.js';
import { bytesInAll, costLine, roundsOf } from './cost.js';
import { networkText } from './dataset.js';
import { missingText } from './decision.js';
import { openedLines, openedShapes } from './opened.js';
import { mostRecords, privacyLines } from './privacy.js';
import { requestSentence } from './request.js';

/** What the suite of a job protects from, and what no suite does. */
const protectionOf = ({ model, majority, protects }: SuiteFacts): string[] => [
  `${model}, ${majority} majority: ${protects}`,
  'Not protected: what follows from the result itself, a party that changes its own input,',
  'and what the operator of a node does with its own data.',
];

/** What a person must know before signing, all of it checked on this machine first. */
export function cardLines(job: VerifiedJob, terminal: Terminal): string[] {
  const { spec, program, decision } = job;
  const { plan } = planVerified(job);
  const row = (label: string, text: string): string => `  ${terminal.style('dim', label.padEnd(11))} ${text}`;
  const rows = (label: string, texts: readonly string[]): string[] => texts.map((text, index) => row(index === 0 ? label : '', text));
  return [
    terminal.style('bold', requestSentence(spec)),
    '',
    ...rows('data', spec.inputs.map((input) => `${input.dataset} of ${input.node}, as ${input.role}: ${contentOf(job, input.node, input.dataset)}`)),
    ...rows('computed by', [spec.parties.join(', ')]),
    ...rows('result for', [spec.receivers.join(', ')]),
    ...rows('purpose', [spec.purpose ?? 'none stated']),
    ...rows('program', [`${program.name}, digest ${program.digest}`]),
    ...rows('opened', openedLines(program, plan)),
    ...rows('privacy', privacyOf(job)),
    ...rows('suite', [`${plan.suite}: ${suiteReason(job)}`]),
    ...rows('security', protectionOf(SUITES[plan.suite])),
    ...rows('rests on', restsOnLines(plan, trafficOf(plan))),
    ...rows('cost', [costLine(trafficOf(plan), planCost(plan), memoryOf(plan))]),
    ...rows('asked by', decision.missing.map((missing) => `${missing.rule.file}:${missing.rule.line}   "${missing.rule.sentence}"   needs ${missingText(missing)}`)),
    ...rows('expires', [spec.expiresAt]),
    ...rows('job', [`${job.id}, digest ${job.digest}`]),
  ];
}

/** What the program reads of a dataset: columns, rows alone, or a model, of which others know the architecture. */
function contentOf(job: VerifiedJob, node: string, dataset: string): string {
  const network = job.datasets.find((each) => each.node === node && each.name === dataset)?.network;
  return network ? networkText(network) : columnsOf(job, node, dataset).join(', ') || 'no column, only how many rows there are';
}

/** The columns that the program reads, by dataset; of a program that reads none, only the number of rows matters. */
function columnsOf(job: VerifiedJob, node: string, dataset: string): readonly string[] {
  const { plan } = planVerified(job);
  return neededColumns(plan, plan.parties.indexOf(node)).get(dataset) ?? [];
}

const privacyOf = (job: VerifiedJob): string[] => {
  const lines = privacyLines(planVerified(job).plan, mostRecords(job.spec, job.datasets));
  return lines.length > 0 ? lines : ['none: the exact result is opened'];
};

const suiteReason = ({ spec: { suite, security, parties } }: VerifiedJob): string => chooseSuite({ suite, majority: security.majority, parties: parties.length }).reason;

function costJson(plan: Plan): unknown {
  const traffic = trafficOf(plan);
  return { rounds: roundsOf(traffic), bytes: bytesInAll(traffic), correlations: traffic.correlations, memoryBytes: memoryOf(plan) };
}

/** The card as JSON. */
export function cardJson(job: VerifiedJob): unknown {
  const { spec, program, decision } = job;
  const { plan } = planVerified(job);
  return {
    job: job.id, digest: job.digest, request: requestSentence(spec),
    data: spec.inputs.map((input) => ({ ...input, columns: columnsOf(job, input.node, input.dataset) })),
    parties: spec.parties, receivers: spec.receivers, purpose: spec.purpose,
    program: { name: program.name, digest: program.digest, opens: program.opens, opened: openedShapes(plan) },
    ...(spec.privacy && { privacy: { ...spec.privacy, expectedErrors: expectedErrors(planVerified(job).plan, mostRecords(spec, job.datasets)) } }),
    suite: { name: plan.suite, reason: suiteReason(job) },
    security: { ...spec.security, note: protectionOf(SUITES[plan.suite]).join(' ') },
    restsOn: { assumptions: assumptionsOf(plan), problems: trafficOf(plan).correlations.restsOn, note: restsOnLines(plan, trafficOf(plan)).join(' ') },
    cost: costJson(plan),
    missing: decision.missing, expiresAt: spec.expiresAt,
  };
}
