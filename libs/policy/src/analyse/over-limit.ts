import { compareDecimals } from '../decimal.js';
import { reaches } from '../decide/scope.js';
import { signedByAll } from '../requests/supposed.js';
import { lineOf, type Check, type Looking } from './looking.js';

/** Limits on epsilon that are used up by less than one request with the epsilon that a requirement lets it ask for. */
export const overLimit: Check = function* (looking) {
  const { rules } = looking.policy;
  const allowed = rules.flatMap((written) => {
    const { rule } = written;
    return rule.kind === 'require' ? rule.must.flatMap((must) => (must.kind === 'privacy' ? [{ written, scope: rule.scope, epsilon: must.epsilon }] : [])) : [];
  });
  for (const written of rules) {
    const { rule } = written;
    if (rule.kind !== 'budget' || rule.of !== 'epsilon') continue;
    for (const { written: by, scope, epsilon } of allowed) {
      if (compareDecimals(epsilon, rule.most) <= 0) continue;
      const asked = looking.firstPermitted((supposed) => reaches(rule.scope, supposed) && reaches(scope, supposed) && looking.canPass(supposed) && looking.isDenied(asking(looking, supposed, epsilon)));
      if (typeof asked !== 'object') continue;
      yield {
        code: 'CS0269', severity: 'warning', rules: [looking.cite(written, `lets through a total epsilon of ${rule.most}`), looking.cite(by, `lets one request ask for ${epsilon}`)],
        message: `${lineOf(by)} lets a request ask for an epsilon of ${epsilon}, which is more than this whole limit of ${rule.most}`,
        help: ['raise the limit, or lower the epsilon that a request may ask for'],
        example: looking.example(signedByAll(asking(looking, asked, epsilon)), `nothing was used of the limit, everybody has signed, and this request with an epsilon of ${epsilon} is denied`),
      };
    }
  }
};

function asking(looking: Looking, supposed: Parameters<Looking['protectedMost']>[0], epsilon: string) {
  const { job, facts } = looking.protectedMost(supposed);
  return { job: { ...job, privacy: { epsilon } }, facts };
}
