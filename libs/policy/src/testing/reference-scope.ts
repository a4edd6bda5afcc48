import { type Scope } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';

/** In lower case, single spaces. */
export const plain = (text: string): string => text.trim().toLowerCase().split(/ +/).join(' ');

/** Whether a job is in a scope: a permit must cover it in full, anything else is reached by a part. */
export function inScope({ who, programs, data, with: others, purposes, agents, during }: Scope, job: PolicyJob, facts: Pick<PolicyFacts, 'now'>, kind: 'permit' | 'other'): boolean {
  if (who !== undefined && !who.includes(job.requester.node)) return false;
  if (programs !== undefined && !programs.includes(job.program.name)) return false;
  if (data !== undefined) {
    const selected = job.inputs.map((input) => data.some((selector) => ('dataset' in selector ? input.dataset === selector.dataset : input.tags.map(plain).includes(selector.tag))));
    if (kind === 'permit' ? selected.includes(false) : !selected.includes(true)) return false;
  }
  if (purposes !== undefined) {
    if (job.purpose === undefined) {
      if (kind === 'permit') return false;
    } else if (!purposes.includes(plain(job.purpose))) return false;
  }
  if (agents === true && !job.requester.agent) return false;
  if (during !== undefined) {
    const [month, day, year] = new Date(facts.now).toLocaleDateString('en-US', { timeZone: during.zone ?? 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' }).split('/');
    const today = `${year}-${month}-${day}`;
    if (today < (during.from ?? today) || today > (during.until ?? today)) return false;
  }
  if (others !== undefined) {
    const present = others.nodes.filter((node) => job.parties.includes(node));
    if (present.length < (others.match === 'all' ? others.nodes.length : 1)) return false;
    if (kind === 'permit' && job.parties.some((party) => party !== job.requester.node && !others.nodes.includes(party))) return false;
  }
  return true;
}
