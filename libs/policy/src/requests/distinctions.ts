import { type CompiledPolicy, type Requirement, type Rule } from '../rules.js';

/** What a policy tells requests apart by, beyond its scopes. */
export interface Distinctions {
  readonly receivers: boolean;
  readonly parties: boolean;
  readonly protection: boolean;
}

const NONE: Distinctions = { receivers: false, parties: false, protection: false };
const ALL: Distinctions = { receivers: true, parties: true, protection: true };

/** Kinds that look at nothing but their scope and signatures. Any other kind may look at everything. */
const BY_KIND: Readonly<Partial<Record<string, Distinctions>>> = {
  permit: NONE, forbid: NONE, pause: NONE, veto: NONE, 'minimum-group': NONE, 'signature-validity': NONE, 'no-self-signing': NONE, group: NONE, notice: NONE, deletion: NONE, 'policy-change': NONE,
  budget: { ...NONE, protection: true }, receivers: { ...NONE, receivers: true },
};
const BY_REQUIREMENT: Readonly<Partial<Record<string, Distinctions>>> = {
  purpose: NONE, window: NONE, 'round-trip': NONE, 'approved-program': NONE, security: { ...NONE, protection: true }, assumptions: { ...NONE, protection: true }, privacy: { ...NONE, protection: true },
  regions: { ...NONE, parties: true }, parties: { ...NONE, parties: true, protection: true },
};

const ofRule = (rule: Rule): readonly Distinctions[] => [
  ...('scope' in rule && rule.scope.with !== undefined ? [{ ...NONE, parties: true }] : []),
  ...(rule.kind === 'require' ? rule.must.map(({ kind }: Requirement) => BY_REQUIREMENT[kind] ?? ALL) : [BY_KIND[rule.kind] ?? ALL]),
];

export function distinctionsOf({ rules }: CompiledPolicy): Distinctions {
  const all = rules.flatMap(({ rule }) => ofRule(rule));
  return { receivers: all.some(({ receivers }) => receivers), parties: all.some(({ parties }) => parties), protection: all.some(({ protection }) => protection) };
}
