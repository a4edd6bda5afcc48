import { costOf } from '../cost.js';
import { joinSizeOf, joinTraffic, joinTurns } from '../join/traffic.js';
import { type Lowered, lower } from '../machine/lower.js';
import { type Level } from '../machine/schedule.js';
import { type Plan } from '../plan.js';
import { dealingOf, primarySender } from './dealing.js';
import { helloBytes, transcriptBytes, wireBytes } from './frame.js';
import { type ByPhase, PHASES, nothingByPhase } from './phases.js';
import { shapeOf } from './round-shape.js';
import { type CorrelationFacts, type SourceChoice, type SourceRequest, correlationsOf } from './source.js';
import { additive } from './suites/additive.js';
import { replicated } from './suites/replicated.js';
import { type Scene, type SuiteRules, eachPair, sum } from './suites/scene.js';
import { shamir } from './suites/shamir.js';
import { type BaseName } from './transfers/base.js';

export interface TrafficSettings {
  /** What `lower` makes of the plan, if it is there already. */
  readonly lowered?: Lowered;
  /** As the session is asked for them. */
  readonly correlations?: SourceRequest;
  readonly base?: BaseName;
}

/** What a session of a plan sends, before anything is sent. */
export interface Traffic {
  readonly correlations: CorrelationFacts;
  /** How they are made, where they are. */
  readonly made?: Pick<SourceChoice, 'source' | 'lattices'>;
  /** Messages that wait for each other: exchanges of all with all, and turns of the dealing between two parties. */
  readonly rounds: ByPhase;
  /** How often the delay of a link shows: rounds, but for those whose messages are under way together. */
  readonly waits: ByPhase;
  /** `bytes[from][to]`: whole frames. */
  readonly bytes: readonly (readonly ByPhase[])[];
}

const rules = { 'additive-z64': additive, 'replicated-z64': replicated, 'shamir-p61': shamir } as const satisfies Record<Plan['suite'], SuiteRules>;

/** What a session of the plan sends on every link and in every phase, exactly, and its rounds: a pure function of the plan. Throws `PlanError`. */
export function trafficOf(plan: Plan, { lowered = lower(plan), correlations: request, base = 'k-pke-768' }: TrafficSettings = {}): Traffic {
  const parties = plan.parties.length;
  const cost = costOf(lowered);
  const { facts, choice } = correlationsOf(plan.suite, cost, request, { base, assumptions: plan.assumptions });
  const everybody = plan.parties.map((_, party) => party);
  const bytes = everybody.map(() => everybody.map(() => nothingByPhase()));
  const rounds = nothingByPhase();
  const scene: Scene = {
    parties, everybody,
    inputs: everybody.map((owner) => sum(lowered.inputs.filter(({ party }) => party === owner).map(({ length }) => length))),
    outputs: sum(plan.outputs.map(({ length }) => length)),
    to: everybody.filter((party) => plan.receivers.includes(plan.parties[party]!)),
    send: (from, to, phase, body) => {
      if (body !== undefined) bytes[from]![to]![phase] += wireBytes(body);
    },
  };
  const suite = rules[plan.suite];
  const run = (levels: readonly Level[], phase: 'masks' | 'online'): void => {
    for (const { interactive } of levels) {
      if (interactive.length === 0) continue;
      rounds[phase] += suite.round(scene, interactive.map((instruction) => shapeOf(instruction, lowered.registers)), phase);
    }
  };

  eachPair(scene, (from, to) => scene.send(from, to, 'agreeing', helloBytes));
  rounds.agreeing = 1;
  let pipelined = 0;
  Object.assign(rounds, suite.prepare(scene, cost.daBits));
  if (choice) {
    const { sent, ...dealing } = dealingOf(cost, { source: choice.source, lattices: choice.lattices, base });
    rounds.correlations += dealing.turns;
    pipelined = dealing.turns - dealing.waits;
    eachPair(scene, (from, to) => {
      const { setUp, correlations } = sent[primarySender(from, to) === from ? 'sender' : 'receiver'];
      bytes[from]![to]!.setUp += setUp;
      bytes[from]![to]!.correlations += correlations;
    });
  }
  run(lowered.offline, 'masks');
  rounds.inputs = suite.input(scene);
  if (plan.join) {
    const sent = joinTraffic(joinSizeOf(plan.join), base);
    const [left, right] = [plan.join.left.party, plan.join.right.party];
    bytes[left]![right]!.join += sent.left;
    bytes[right]![left]!.join += sent.right;
    rounds.join = joinTurns;
  }
  run(lowered.online, 'online');
  eachPair(scene, (from, to) => scene.send(from, to, 'confirmation', transcriptBytes * (parties - 1)));
  rounds.confirmation = 1;
  // Receivers that are no party get shares by another way.
  if (scene.to.length > 0) rounds.opening = suite.open(scene);
  return { correlations: facts, ...(choice && { made: { source: choice.source, lattices: choice.lattices } }), rounds, waits: { ...rounds, correlations: rounds.correlations - pipelined }, bytes };
}

export const totalOf = (byPhase: ByPhase): number => sum(PHASES.map((phase) => byPhase[phase]));
