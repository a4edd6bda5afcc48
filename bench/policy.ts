/** Decisions per second as policies grow, where a handful of rules concern each request, and the time to compile 10,000 sentences. */
import { performance } from 'node:perf_hooks';
import { compile, decide, type CompiledPolicy, type Outcome, type PolicyFacts, type PolicyJob, type PolicyRegistry } from '#policy';
import { median, type BenchRow } from './row.js';

const RULES = [10, 100, 1_000, 10_000];
const RUN_MS = 400;
const RUNS = 5;
const BATCH = 200;
const DATASETS = 25;
const PROGRAMS = ['Count', 'Mean', 'Histogram', 'Group Mean'];

/** Four sentences for each node: its permission, a guard, a prohibition and one that a person can lift. */
const sentencesOf = (node: string, i: number): readonly string[] => [
  `Allow ${node} to run ${PROGRAMS[i % 4]} on Ledger ${i % DATASETS} only if Auditor signs.`,
  `Allow ${node} to run ${PROGRAMS[(i + 1) % 4]} on Ledger ${i % DATASETS}.`,
  `${node} must not compute on Ledger ${(i + 7) % DATASETS} for marketing.`,
  `Forbid ${node} from running ${PROGRAMS[(i + 2) % 4]} on data tagged personal unless at least two different people from Compliance sign.`,
];

interface World {
  readonly source: string;
  readonly registry: PolicyRegistry;
  readonly jobs: readonly PolicyJob[];
}

function worldOf(rules: number): World {
  const members = Array.from({ length: Math.max(1, Math.floor((rules - 2) / 4)) }, (_, i) => `Bank ${i}`);
  const datasets = Array.from({ length: DATASETS }, (_, i) => ({ name: `Ledger ${i}`, node: members[i % members.length], tags: i % 3 === 0 ? ['personal'] : ['public'] }));
  const source = ['Requesters must not sign their own jobs.', 'Only the requester may receive results.', ...members.flatMap(sentencesOf)].join('\n');
  const jobs = Array.from({ length: 64 }, (_, i): PolicyJob => {
    const member = (i * 37) % members.length;
    const { name, node, tags } = datasets[(i % 5 === 0 ? member + 7 : member) % DATASETS];
    return {
      requester: { node: members[member], keyId: `key ${member}`, agent: false },
      program: { name: PROGRAMS[(member + (i % 3)) % 4], digest: '00' },
      inputs: [{ node, dataset: name, tags }],
      parties: [members[member], node],
      receivers: [members[member]],
      ...(i % 2 === 0 ? { purpose: 'risk' } : {}),
      security: { model: 'semi-honest', majority: 'dishonest' },
    };
  });
  return { source, registry: { nodes: [...members, 'Auditor'], datasets, programs: PROGRAMS, roles: [{ name: 'Compliance', nodes: ['Auditor'] }] }, jobs };
}

const facts: PolicyFacts = {
  now: '2026-10-05T12:00:00.000Z',
  signers: [...['Auditor', 'Bank 0', 'Bank 1', 'Bank 2'].map((name) => ({ name, keyId: `key of ${name}`, roles: [] })), ...['Ana', 'Ben'].map((name) => ({ name, keyId: `key of ${name}`, roles: ['Compliance'] }))],
  signatures: [{ signer: 'Ana', keyId: 'key of Ana', roles: ['Compliance'] }],
};

function compiled({ source, registry }: World): CompiledPolicy {
  const result = compile(source, registry);
  if (!result.ok) throw new Error(`the benchmark's policy is refused: ${result.diagnostics[0].message}`);
  return result.policy;
}

interface Measured {
  readonly perSecond: number;
  /** Of batches of `BATCH` decisions, in µs each. */
  readonly p99Us: number;
  readonly seen: ReadonlyMap<Outcome, number>;
}

function measure(policy: CompiledPolicy, jobs: readonly PolicyJob[]): Measured {
  const seen = new Map<Outcome, number>();
  const batches: number[] = [];
  const perSecond: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    let decisions = 0;
    while (performance.now() - started < RUN_MS) {
      const from = performance.now();
      for (let i = 0; i < BATCH; i++) {
        const { outcome } = decide(policy, jobs[decisions++ % jobs.length], facts, { nearest: false });
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }
      batches.push(((performance.now() - from) * 1_000) / BATCH);
    }
    perSecond.push((decisions * 1_000) / (performance.now() - started));
  }
  batches.sort((a, b) => a - b);
  return { perSecond: median(perSecond), p99Us: batches[Math.floor(batches.length * 0.99)], seen };
}

export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const rules of RULES) {
    const world = worldOf(rules);
    const { perSecond, p99Us, seen } = measure(compiled(world), world.jobs);
    if (seen.size < 3 && rules > 10) throw new Error(`the benchmark met only ${[...seen.keys()].join(', ')}`);
    rows.push({ name: `decisions, ${rules.toLocaleString('en')} rules`, value: perSecond, unit: '/s' });
    rows.push({ name: `decision p99 of batches of ${BATCH}, ${rules.toLocaleString('en')} rules`, value: p99Us, unit: 'µs' });
  }
  const large = worldOf(10_000);
  const started = performance.now();
  compiled(large);
  rows.push({ name: 'compile 10,000 sentences', value: performance.now() - started, unit: 'ms' });
  return rows;
}
