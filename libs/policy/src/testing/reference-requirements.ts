import { type Requirement, type Rule } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { plain } from './reference-scope.js';
import { canSeat, peopleWhoSigned } from './reference-signers.js';

export function isMet(must: Requirement, rules: readonly Rule[], job: PolicyJob, facts: PolicyFacts): boolean {
  switch (must.kind) {
    case 'security':
      return job.security.model === must.model;
    case 'assumptions': {
      const allowed = { 'no-lpn': ['no-lpn', 'module-lwe-only'], 'module-lwe-only': ['module-lwe-only'] }[must.profile];
      return allowed.includes(job.security.assumptions ?? 'any');
    }
    case 'purpose':
      return job.purpose !== undefined && must.purposes.includes(plain(job.purpose));
    case 'parties':
      return new Set(job.parties).size >= (must.atLeast ?? 0) && (must.majority === undefined || job.security.majority === 'honest');
    case 'regions':
      return job.parties.every((party) => facts.regions?.some(({ node, region }) => node === party && must.regions.includes(plain(region))) === true);
    case 'privacy':
      return job.privacy !== undefined && atMost(job.privacy.epsilon, must.epsilon) && (job.privacy.delta === undefined || (must.delta !== undefined && atMost(job.privacy.delta, must.delta)));
    case 'round-trip': {
      const { links } = facts;
      const pairs = job.parties.flatMap((a) => job.parties.filter((b) => a < b).map((b) => [a, b]));
      const isFast = (ends: readonly string[]) => {
        const measured = Array.isArray(links) ? (links as { between: string[]; roundTripMs: number }[]).filter(({ between }) => [...between].sort().join('\n') === ends.join('\n')) : [];
        return measured.length > 0 && measured.every(({ roundTripMs }) => roundTripMs <= must.atMostMs);
      };
      return links === 'measured at start' || pairs.every(isFast);
    }
    case 'approved-program': {
      const approvals = (facts.programApprovals ?? []).filter(({ program }) => program === job.program.digest).map(({ signer, keyId }) => ({ signer, keyId, roles: [] }));
      const eternal = rules.filter(({ kind }) => kind !== 'signature-validity');
      return facts.programApprovals !== undefined && canSeat(must.by, job, facts, peopleWhoSigned(eternal, job, facts, approvals));
    }
    case 'window': {
      // The instants of the day that the window is open, minute by minute, of the day and the one before it.
      const local = new Date(new Date(facts.now).toLocaleString('en-US', { timeZone: must.zone }));
      const minute = local.getHours() * 60 + local.getMinutes();
      const today = ((local.getDay() + 6) % 7) + 1;
      const days = must.days ?? [1, 2, 3, 4, 5, 6, 7];
      const at = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
      const [from, until] = [at(must.from ?? '00:00'), at(must.until ?? '24:00')];
      const end = until > from ? until : until + 1440;
      return (days.includes(today) && minute >= from && minute < end) || (days.includes(today === 1 ? 7 : today - 1) && minute + 1440 >= from && minute + 1440 < end);
    }
  }
}

/** Compares digit by digit. */
function atMost(text: string, most: string): boolean {
  const digits = (decimal: string) => [decimal.split('.')[0].padStart(50, '0'), (decimal.split('.')[1] ?? '').padEnd(50, '0')].join('');
  return digits(text) <= digits(most);
}
