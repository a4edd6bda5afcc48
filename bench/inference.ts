/**
 * Neural networks on shares, weights and inputs both secret, between processes over sealed links: what is left once inputs are there, what is made ahead, and
 * how near the opened logits are to those of doubles. The 784-128-10 network has weights of no meaning; its cost does not depend on them.
 */
import { createHash } from 'node:crypto';
import { runSession } from '#mpc';
import { type Model, type OnnxWeight, type RealTensor, type SuiteName, importOnnx, planCost, planDigest, runNetwork, writeOnnx } from '#program';
import { type NetworkPlan, networkPlan, trainedNetwork } from '#testing';
import { type NetworkName } from './network.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type BenchRow, median, mostMemory, within } from './row.js';

interface Case {
  readonly name: string;
  readonly network: 'dense' | 'a' | 'b';
  readonly images: number;
  readonly suite: SuiteName;
  readonly parties: number;
  readonly over?: NetworkName;
  readonly runs?: number;
  /** Milliseconds online that others document. */
  readonly peer?: { readonly name: string; readonly ms: number };
  /** Milliseconds online, and rounds, that are to be met. */
  readonly goal?: number;
  readonly goalRounds?: number;
}

const cases: readonly Case[] = [
  { name: '784-128-10, batch 128, replicated', network: 'dense', images: 128, suite: 'replicated-z64', parties: 3, peer: { name: 'MP-SPDZ, documented: 190 ms', ms: 190 }, goal: 190, goalRounds: 40 },
  { name: 'network A, one image, additive, two parties', network: 'a', images: 1, suite: 'additive-z64', parties: 2, goal: 150 },
  { name: 'network B (convolutions), one image, additive, two parties', network: 'b', images: 1, suite: 'additive-z64', parties: 2, goal: 1000 },
  { name: 'network A, one image, replicated', network: 'a', images: 1, suite: 'replicated-z64', parties: 3 },
  { name: 'network B (convolutions), one image, replicated', network: 'b', images: 1, suite: 'replicated-z64', parties: 3 },
  { name: 'network A, 100 images, additive, two parties', network: 'a', images: 100, suite: 'additive-z64', parties: 2, runs: 1 },
  { name: 'network A, 100 images, replicated', network: 'a', images: 100, suite: 'replicated-z64', parties: 3, runs: 1 },
  { name: 'network B (convolutions), 100 images, replicated', network: 'b', images: 100, suite: 'replicated-z64', parties: 3, runs: 1 },
  ...(['metro', 'wan'] as const).flatMap((over): Case[] => [
    { name: '784-128-10, batch 128, replicated', network: 'dense', images: 128, suite: 'replicated-z64', parties: 3, over, runs: 3 },
    { name: 'network A, one image, additive, two parties', network: 'a', images: 1, suite: 'additive-z64', parties: 2, over, runs: 3 },
    { name: 'network B (convolutions), one image, additive, two parties', network: 'b', images: 1, suite: 'additive-z64', parties: 2, over, runs: 3 },
    { name: 'network A, one image, replicated', network: 'a', images: 1, suite: 'replicated-z64', parties: 3, over, runs: 3 },
  ]),
];

const [pixels, hidden, digits] = [784, 128, 10];
const wave = (count: number, from: number, size: number): number[] => Array.from({ length: count }, (_, i) => size * Math.sin(1.7 * i + from));

/** 784-128-10 with one relu. */
function denseModel(): Model {
  const weight = (name: string, shape: readonly number[], from: number, size: number): OnnxWeight => ({ name, shape, elements: wave(shape.reduce((a, b) => a * b, 1), from, size) });
  return importOnnx(writeOnnx({
    name: 'dense', inputs: [{ name: 'image', shape: ['rows', pixels] }], outputs: [{ name: 'logits', shape: ['rows', digits] }],
    weights: [weight('w1', [pixels, hidden], 1, 0.1), weight('b1', [hidden], 2, 0.5), weight('w2', [hidden, digits], 3, 0.3), weight('b2', [digits], 4, 0.5)],
    nodes: [
      { op: 'Gemm', inputs: ['image', 'w1', 'b1'], outputs: ['h'] }, { op: 'Relu', inputs: ['h'], outputs: ['r'] }, { op: 'Gemm', inputs: ['r', 'w2', 'b2'], outputs: ['logits'] },
    ],
  }));
}

interface Problem {
  readonly model: Model;
  readonly inputs: ReadonlyMap<string, RealTensor>;
}

function problemOf({ network, images }: Case): Problem | undefined {
  if (network === 'dense') return { model: denseModel(), inputs: new Map([['x0', { shape: [images, pixels], elements: Float64Array.from(wave(images * pixels, 0, 2)) }]]) };
  const trained = trainedNetwork(network);
  return trained && { model: trained.model, inputs: trained.images(images) };
}

interface Run {
  readonly onlineMs: number;
  readonly offlineMs: number;
  readonly bytes: number;
  readonly onlineBytes?: number;
  readonly rounds: number;
  readonly logits: readonly number[];
}

const planned = (problem: Problem, { suite, parties }: Case): NetworkPlan => networkPlan(problem.model, { suite, parties, inputs: problem.inputs });

async function play({ party, task: index, links }: Part<number>): Promise<Run[]> {
  const each = cases[index]!;
  const { plan, elements } = planned(problemOf(each)!, each);
  const digest = planDigest(plan);
  const [output] = plan.outputs;
  const inputs = new Map(plan.inputs.filter((input) => input.party === party).map(({ name }) => [name, BigUint64Array.from(elements.get(name)!, (element) => BigInt.asUintN(64, element))]));
  const runs: Run[] = [];
  // The first session of a process also compiles.
  for (let run = 0; run <= (each.runs ?? 5); run++) {
    const sessionId = new Uint8Array(createHash('sha256').update(`${index} ${run}`).digest());
    const held = await runSession({ plan, planDigest: digest, sessionId, party, inputs: new Map([...inputs].map(([name, words]) => [name, words.slice()])), links });
    const opened = await held.open(plan.parties.map((_, i) => i));
    const { onlineMs, offlineMs, bytesSent, rounds } = held.stats;
    runs.push({ onlineMs, offlineMs, bytes: bytesSent, rounds, logits: Array.from(opened!.get(output!.name)!, (word) => Number(BigInt.asIntN(64, word)) * 2 ** -output!.fractionBits) });
  }
  return runs;
}

const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

async function rowsOf(each: Case, index: number): Promise<BenchRow[]> {
  const problem = problemOf(each);
  if (!problem) return [];
  const startedAt = performance.now();
  const reference = [...[...runNetwork(problem.model.network, problem.model.weights, problem.inputs).values()][0]!.elements];
  const plainMs = performance.now() - startedAt;
  const found = await runPartyProcesses<number, Run[]>(import.meta.url, { parties: each.parties, network: each.over ?? 'lan' }, index);
  const slowest = (of: (run: Run) => number, runs = (all: readonly Run[]): readonly Run[] => all.slice(1)): number => Math.max(...found.map(({ value }) => median(runs(value).map(of))));
  const [{ value: [first] }] = found as [(typeof found)[number]];
  const images = Array.from({ length: each.images }, (_, i) => [first!.logits, reference].map((logits) => logits.slice(digits * i, digits * (i + 1))) as [number[], number[]]);
  const name = `${each.name}${each.over ? `, ${each.over}` : ''}`;
  const online = slowest(({ onlineMs }) => onlineMs);
  return [
    within(each.goal, { name: `${name}: online`, value: online, unit: 'ms', ...(each.peer && { peer: each.peer.name, ratio: each.peer.ms / online }) }),
    { name: `${name}: online, first of a process`, value: slowest(({ onlineMs }) => onlineMs, (all) => all.slice(0, 1)), unit: 'ms' },
    { name: `${name}: in the clear, doubles`, value: plainMs, unit: 'ms', peer: 'online', ratio: plainMs / online },
    { name: `${name}: made ahead`, value: slowest(({ offlineMs }) => offlineMs), unit: 'ms' },
    within(each.goalRounds, { name: `${name}: rounds`, value: planRounds(problem, each), unit: 'rounds' }),
    mostMemory(name, Math.max(...found.map(({ peakMiB }) => peakMiB))),
    { name: `${name}: sent by a party in all`, value: Math.max(...found.map(({ value }) => value.at(-1)!.bytes)) / 1e6, unit: 'MB' },
    { name: `${name}: labels as in doubles`, value: images.filter(([own, other]) => greatest(own) === greatest(other)).length, unit: `of ${each.images}` },
    { name: `${name}: farthest logit`, value: Math.max(...images.map(([own, other]) => Math.max(...own.map((x, i) => Math.abs(x - other[i]!))))), unit: '' },
  ];
}

const planRounds = (problem: Problem, each: Case): number => planCost(planned(problem, each).plan).rounds;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [index, each] of cases.entries()) rows.push(...await rowsOf(each, index));
  return rows;
}

await asParty(play);
