import { type Rule, type WrittenRule } from '../rules.js';
import { type Finding } from './finding.js';
import { type Check, type Looking } from './looking.js';

type Conditional = Extract<Rule, { readonly kind: 'permit' | 'forbid' | 'pause' }>;

/** Whether a rule waits for signatures. */
const waits = (rule: Rule): rule is Conditional => ('when' in rule && rule.when !== undefined) || ('unless' in rule && rule.unless !== undefined) || ('until' in rule && rule.until !== undefined);

/** Sentences whose signatures nobody could ever give, and those that only the prohibition of signing one's own jobs makes so. */
export const unsatisfiable: Check = function* (looking) {
  for (const written of looking.policy.rules) {
    const { rule } = written;
    if (!waits(rule)) continue;
    const finding = never(looking, written, rule) ?? (rule.kind === 'permit' ? forOneAsker(looking, written, rule) : undefined);
    if (finding !== undefined) yield finding;
  }
};

function never(looking: Looking, written: WrittenRule, { kind, scope }: Conditional): Finding | undefined {
  const alone = looking.alone(written, { anybody: kind !== 'permit' });
  if (looking.first(scope, (supposed) => looking.canPass(supposed, alone)) !== undefined) return undefined;
  const any = looking.first(scope, () => true);
  if (any === undefined || any === 'unknown') return undefined;
  const selfSigning = signingOneself(looking, written, scope);
  if (selfSigning !== undefined) return selfApproval(looking, written, selfSigning, any, 'whoever asks');
  return {
    code: 'CS0260', severity: 'error', rules: [looking.cite(written, 'asks for signatures that nobody can give')],
    message: kind === 'permit' ? 'the signatures that this sentence asks for can never be given, so it allows nothing' : 'the signatures that would lift this sentence can never be given, so nothing lifts it',
    help: ['a signer fills one seat, under all names and with all keys: ask for fewer, or register more people', ...(kind === 'permit' ? [] : ['leave the exception out if none is meant'])],
    example: looking.exampleSigned(any, 'everybody who can sign has signed this request, and it is denied'),
  };
}

/** The sentence that forbids signing one's own jobs, where without it there were signers enough. */
function signingOneself(looking: Looking, written: WrittenRule, scope: Conditional['scope'], who?: string): WrittenRule | undefined {
  const forbids = looking.policy.rules.find(({ rule }) => rule.kind === 'no-self-signing');
  if (forbids === undefined) return undefined;
  const alone = looking.alone(written, { anybody: written.rule.kind !== 'permit' });
  const lax = { ...alone, rules: alone.rules.filter((one) => one.rule.kind !== 'no-self-signing') };
  return typeof looking.first(scope, (supposed) => looking.canPass(supposed, lax), { ...(who === undefined ? {} : { who }) }) === 'object' ? forbids : undefined;
}

/** A sentence that names who may ask, and of whom one has too few others to sign. */
function forOneAsker(looking: Looking, written: WrittenRule, { scope }: Extract<Conditional, { kind: 'permit' }>): Finding | undefined {
  const alone = looking.alone(written, { anybody: false });
  for (const who of scope.who ?? []) {
    const any = looking.first(scope, () => true, { who });
    if (typeof any !== 'object' || looking.first(scope, (supposed) => looking.canPass(supposed, alone), { who }) !== undefined) continue;
    const forbids = signingOneself(looking, written, scope, who);
    if (forbids !== undefined) return selfApproval(looking, written, forbids, any, `when ${who} asks`);
  }
  return undefined;
}

const selfApproval = (looking: Looking, written: WrittenRule, forbids: WrittenRule, any: Parameters<Looking['exampleSigned']>[0], when: string): Finding => ({
  code: 'CS0266', severity: when === 'whoever asks' ? 'error' : 'warning',
  rules: [looking.cite(written, 'needs a signature of the one who asks'), looking.cite(forbids, 'keeps the one who asks from signing')],
  message: `${when}, too few others are left to sign`,
  help: ['ask for fewer signatures, or name signers besides those who ask'],
  example: looking.exampleSigned(any, 'everybody who can sign has signed this request, and the requester’s own signature does not count: it is denied'),
});
