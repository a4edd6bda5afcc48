/**
 * Decisions per second as policies grow, where a handful of rules concern each request, against Cedar on the same policies and requests, in one process
 * and in turns. Facts are new for each decision, and each decision is timed.
 */
import { performance } from 'node:perf_hooks';
import { compile, decide, type CompiledPolicy, type Outcome } from '#policy';
import { CedarPolicy } from './policy/cedar.js';
import { REQUESTS, worldOf, type Request, type World } from './policy/world.js';
import { median, type BenchRow } from './row.js';

const RULES = [10, 100, 1_000, 10_000];
const ROUNDS = 5;
const ROUND_MS = 300;
/** Requests that are made ready at a time, outside of what is measured. */
const BATCH = 256;

function compiled({ sentences, registry }: World): CompiledPolicy {
  const result = compile(sentences.map(({ ours }) => ours).join('\n'), registry);
  if (!result.ok) throw new Error(`the benchmark's policy is refused: ${result.diagnostics[0].message}`);
  return result.policy;
}

/** What one of the two did: a decision at a time, on a request made ready for it. */
interface Contender {
  readonly perSecond: number[];
  readonly us: number[];
  round(): void;
}

function contender<Ready>(ready: (i: number) => Ready, decideOn: (ready: Ready) => unknown, { batch = BATCH, roundMs = ROUND_MS } = {}): Contender {
  const perSecond: number[] = [];
  const us: number[] = [];
  let next = 0;
  return {
    perSecond,
    us,
    round() {
      let [spentMs, decisions] = [0, 0];
      while (spentMs < roundMs) {
        const requests = Array.from({ length: batch }, () => ready(next++));
        for (const request of requests) {
          const started = performance.now();
          decideOn(request);
          const ms = performance.now() - started;
          spentMs += ms;
          us.push(ms * 1_000);
          decisions++;
        }
      }
      perSecond.push((decisions * 1_000) / spentMs);
    },
  };
}

const p99 = (us: readonly number[]): number => Float64Array.from(us).sort()[Math.floor(us.length * 0.99)];
const count = (n: number): string => n.toLocaleString('en');

/** Throws unless both give the same answers and each answer of ours occurs. */
function compare(world: World, policy: CompiledPolicy, cedar: CedarPolicy): void {
  const seen = new Set<Outcome>();
  for (let i = 0; i < REQUESTS; i++) {
    const request = world.request(i);
    const { outcome } = decide(policy, request.job, request.facts, { nearest: false });
    seen.add(outcome);
    const other = cedar.decide(cedar.callOf(request));
    if ((outcome === 'allow') !== (other === 'allow')) throw new Error(`request ${i}: ${outcome} by ours, ${other} by Cedar`);
  }
  if (seen.size < 3) throw new Error(`the benchmark met only ${[...seen].join(', ')}`);
}

function sideBySide(rules: number): readonly BenchRow[] {
  const world = worldOf(rules);
  const policy = compiled(world);
  const cedar = new CedarPolicy(world);
  compare(world, policy, cedar);
  const ours = contender((i) => world.request(i), ({ job, facts }: Request) => decide(policy, job, facts, { nearest: false }));
  // A batch of Cedar's must not outlast a round by much.
  const theirs = contender((i) => cedar.callOf(world.request(i)), (call) => cedar.decide(call), { batch: 4 });
  for (let round = 0; round < ROUNDS; round++) for (const each of [ours, theirs]) each.round();
  const peer = `Cedar ${cedar.version}`;
  const [us, them] = [median(ours.perSecond), median(theirs.perSecond)];
  return [
    { name: `decisions, ${count(rules)} rules`, value: us, unit: '/s', peer, ratio: us / them },
    { name: `decision p99, ${count(rules)} rules`, value: p99(ours.us), unit: 'µs', peer, ratio: p99(theirs.us) / p99(ours.us) },
    { name: `decisions by Cedar, ${count(rules)} rules`, value: them, unit: '/s' },
    { name: `decision p99 by Cedar, ${count(rules)} rules`, value: p99(theirs.us), unit: 'µs' },
  ];
}

/** Ours alone, where more is asked of it than Cedar has an answer to. */
function alone(name: string, world: World, options: { readonly nearest: boolean }): readonly BenchRow[] {
  const policy = compiled(world);
  const ours = contender((i) => world.request(i), ({ job, facts }: Request) => decide(policy, job, facts, options));
  for (let round = 0; round < ROUNDS; round++) ours.round();
  return [
    { name: `decisions, ${name}`, value: median(ours.perSecond), unit: '/s' },
    { name: `decision p99, ${name}`, value: p99(ours.us), unit: 'µs' },
  ];
}

export async function run(): Promise<readonly BenchRow[]> {
  const rows = RULES.flatMap(sideBySide);
  const people = Array.from({ length: 200 }, (_, i) => `Person ${i}`);
  rows.push(...alone('1,000 rules, 200 people may sign', worldOf(1_000, { people, signed: [[], people.slice(0, 1), ['Auditor', ...people.slice(0, 2)]] }), { nearest: false }));
  rows.push(...alone('1,000 rules, with the nearest request', worldOf(1_000), { nearest: true }));
  const large = worldOf(10_000);
  rows.push(...alone('10,000 rules, 2,500 nodes may sign', worldOf(10_000, { nodes: large.registry.nodes }), { nearest: false }));
  const started = performance.now();
  compiled(large);
  rows.push({ name: 'compile 10,000 sentences', value: performance.now() - started, unit: 'ms' });
  return rows;
}
