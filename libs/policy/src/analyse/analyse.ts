import { type Known } from '../requests/supposed.js';
import { type CompiledPolicy } from '../rules.js';
import { conflicts } from './conflicts.js';
import { type Finding } from './finding.js';
import { lockedOut } from './locked-out.js';
import { Looking, type Check } from './looking.js';
import { namesGone } from './names-gone.js';
import { over } from './over.js';
import { overLimit } from './over-limit.js';
import { shadowed } from './shadowed.js';
import { unreached } from './unreached.js';
import { unsatisfiable } from './unsatisfiable.js';
import { unusedGroups } from './unused-groups.js';

export interface Analysis {
  /** In the order of the sentences that they are about. */
  readonly findings: readonly Finding[];
  /** Said where not everything was looked at. */
  readonly note?: string;
}

const CHECKS: readonly Check[] = [unsatisfiable, conflicts, shadowed, unreached, unusedGroups, namesGone, over, overLimit, lockedOut];

/**
 * What the author of a policy hardly meant, each with a request that shows it. Nothing is guessed from words alone: a finding is what the decisions on
 * all kinds of requests have shown. At most `mostRequests` are looked at; a note says where that was not enough. Of more than four inputs the sets that
 * are looked at are those in which rules about owners, datasets and tags differ.
 */
export function analyse(policy: CompiledPolicy, known: Known, { mostRequests = 150_000 }: { readonly mostRequests?: number } = {}): Analysis {
  const looking = new Looking(policy, known, mostRequests);
  const findings = CHECKS.flatMap((check) => [...check(looking)]).sort((a, b) => a.rules[0].line - b.rules[0].line || a.rules[0].column - b.rules[0].column);
  return { findings, ...(looking.gaveUp ? { note: 'this policy tells very many requests apart: not all of them were looked at' } : {}) };
}
