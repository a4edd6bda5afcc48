import { PlanError } from '../errors.js';
import { fractionOfQuotient } from '../fraction.js';
import { type Plan, type PlanPrivacy } from '../plan.js';
import { type Coins, discreteGaussian, discreteLaplace, pooled } from './sampler.js';

type Noise = PlanPrivacy['noise'][number];

/** The mechanism and the noise that a private plan adds to an output. @throws PlanError CS0629 where it says none */
export function noiseOf({ privacy }: Plan, output: string): Noise {
  const found = privacy?.noise.find((each) => each.output === output);
  if (!found) throw new PlanError('CS0629', `malformed plan: \`${output}\` has noise of no scale`);
  return found;
}

/** One party's noise in Z_2^64 by input name: a sample of its own for every element of every opened value. Secret; the caller wipes it. */
export function drawNoise(plan: Plan, party: number, coins: Coins): Map<string, BigUint64Array> {
  const pool = pooled(coins);
  const own = plan.inputs.filter((input) => input.party === party);
  return new Map(own.flatMap(({ name, length, source }) => {
    if (source.of !== 'noise') return [];
    const scale = fractionOfQuotient(noiseOf(plan, source.output).scale);
    const sample = plan.privacy?.mechanism === 'discrete-gaussian' ? discreteGaussian : discreteLaplace;
    return [[name, BigUint64Array.from({ length }, () => BigInt.asUintN(64, sample(pool, scale)))]];
  }));
}
