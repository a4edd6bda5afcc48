import { type Plan, LAYOUTS, leastParties } from '#program/plans';
import { addInto } from '#kernels';
import { reconstructReplicated, reconstructShamir } from '../sharing/index.js';

/** Elements of a party's share of all outputs of the plan, one output after the other, each with all of its components. */
export const shareLength = (plan: Plan): number => LAYOUTS[plan.suite].components * plan.outputs.reduce((sum, { length }) => sum + length, 0);

/**
 * The outputs by name, at a receiver that is no party, from what each party handed out (`HeldOutputs.handOut`), by party and output; of all
 * parties, or in a suite that goes on without some of them of `leastParties`. Throws an error with a message where shares do not belong together or are too few. The
 * caller wipes the shares.
 */
export function reconstructOutputs(plan: Plan, shares: ReadonlyMap<number, ReadonlyMap<string, BigUint64Array>>): Map<string, BigUint64Array> {
  if (shares.size < leastParties(plan.suite, plan.parties.length)) throw new RangeError(`shares of ${shares.size} parties are too few`);
  return new Map(plan.outputs.map(({ name, length }) => [name, reconstruct(plan, new Map([...shares].map(([party, each]) => [party, each.get(name)!])), length)]));
}

function reconstruct({ suite, parties }: Plan, shares: ReadonlyMap<number, BigUint64Array>, length: number): BigUint64Array {
  switch (suite) {
    case 'additive-z64': {
      const total = new BigUint64Array(length);
      for (const share of shares.values()) addInto(total, share);
      return total;
    }
    case 'replicated-z64': return reconstructReplicated(parties.map((_, party) => shares.get(party)!), length);
    case 'shamir-p61': return reconstructShamir(shares, parties.length);
  }
}
