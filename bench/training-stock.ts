/** A model trained by three owners against a dishonest majority out of a stock that they have filled before: what is left to wait for. */
import { decodeResult, evaluateLocal, planJob, suiteValueBits } from '#program';
import { lendingClub } from '#testing';
import { atMost, type BenchRow } from './row.js';
import { withStock } from './stock-parties.js';

export async function run(): Promise<BenchRow[]> {
  const problem = lendingClub();
  if (!problem) return [];
  const plan = planJob({ ...problem.request, suite: 'additive-z64' });
  const bits = suiteValueBits(plan.suite);
  const inputsOf = (party: number): Map<string, BigUint64Array> =>
    new Map(plan.inputs.flatMap((input) => (input.party === party && 'dataset' in input ? [[input.name, evaluateLocal(input, problem.tables[party], bits)] as const] : [])));
  const { cold, warm } = await withStock(plan, inputsOf, { mostBytes: 2 ** 30 });
  const { auc } = (decodeResult(plan, new Map(warm.outputs)) as unknown as { readonly test: { readonly auc: number } }).test;
  const prefix = 'Lending Club, 7,886 × 31, 50 steps, additive-z64, lan';
  return [
    { name: `${prefix}, with stock: before inputs are shared`, value: warm.stats.offlineMs / 1000, unit: 's' },
    atMost(10, { name: `${prefix}, with stock: online`, value: warm.stats.onlineMs / 1000, unit: 's' }),
    { name: `${prefix}, with stock: from start to result`, value: warm.ms / 1000, unit: 's', peer: 'the same from nothing', ratio: cold.ms / warm.ms },
    { name: `${prefix}, with stock: rounds`, value: warm.stats.rounds, unit: 'rounds' },
    { name: `${prefix}, with stock: sent by a party`, value: warm.stats.bytesSent / 2 ** 20, unit: 'MiB' },
    { name: `${prefix}, with stock: random bits drawn`, value: warm.stats.correlations.drawn?.daBits ?? 0, unit: '' },
    atMost(60, { name: `${prefix}, from nothing: from start to result`, value: cold.ms / 1000, unit: 's' }),
    { name: `${prefix}: filling the stock of one session`, value: cold.fillingMs / 1000, unit: 's' },
    { name: `${prefix}: AUC on held-out rows`, value: auc, unit: '', peer: 'plain doubles', ratio: auc / 0.7522 },
  ];
}
