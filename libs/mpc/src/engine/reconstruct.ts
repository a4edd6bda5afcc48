import { type Plan, LAYOUTS } from '#program/plans';
import { addInto } from '#kernels';
import { reconstructReplicated, reconstructShamir } from '../sharing/index.js';

/** Elements of a party's share of all outputs of the plan, one output after the other, each with all of its components. */
export const shareLength = (plan: Plan): number => LAYOUTS[plan.suite].components * plan.outputs.reduce((sum, { length }) => sum + length, 0);

/**
 * The outputs by name, at a receiver that is no party, from what each party handed out (`HeldOutputs.handOut`), by party and output. Throws
 * an error with a message where shares do not belong together. The caller wipes the shares.
 */
export function reconstructOutputs(plan: Plan, shares: readonly ReadonlyMap<string, BigUint64Array>[]): Map<string, BigUint64Array> {
  return new Map(plan.outputs.map(({ name, length }) => [name, reconstruct(plan, shares.map((each) => each.get(name)!), length)]));
}

function reconstruct({ suite, parties }: Plan, shares: readonly BigUint64Array[], length: number): BigUint64Array {
  switch (suite) {
    case 'additive-z64': {
      const total = new BigUint64Array(length);
      for (const share of shares) addInto(total, share);
      return total;
    }
    case 'replicated-z64': return reconstructReplicated(shares, length);
    case 'shamir-p61': return reconstructShamir(new Map(shares.map((share, party) => [party, share])), parties.length);
  }
}
