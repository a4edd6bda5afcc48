import { compareDecimals, limitsOn, sumOfDecimals } from '#policy';
import { usesIn, type VerifiedJob } from '#verify';
import type { UseLedger } from '../node-home/use-ledger.js';
import { JobError } from './errors.js';

/**
 * Counts a job against the limits of its policy, by what this node has counted itself, and durably. Checked here again because other jobs may have
 * started since the offer was verified, and a control plane may offer many at once. @throws JobError CS0749
 */
export function countUse({ digest, policy, request }: Pick<VerifiedJob, 'digest' | 'policy' | 'request'>, uses: UseLedger, now: Date): void {
  const limits = limitsOn(policy, request, { now: now.toISOString() });
  const used = usesIn(limits, uses.counted(), digest);
  const over = limits.find(({ amount, most }, i) => compareDecimals(sumOfDecimals(used[i].used, amount), most) > 0);
  if (over) throw new JobError('CS0749', `by the count of this node a limit is used up until \`${over.until}\`: ${over.rule.sentence}`);
  uses.count({ digest, at: now.toISOString(), request });
}
