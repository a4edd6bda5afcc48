/**
 * Problems that have to be hard for a session to hide its inputs, beside AES, SHA-2 and SHA-3: `module-lwe` with the parameters of ML-KEM and ML-DSA (and
 * Module-SIS, for signatures), under every link and every base transfer; `rlwe` with ternary secrets, under what lattices make; `lpn` with regular noise,
 * under Ferret.
 */
export type Problem = 'module-lwe' | 'rlwe' | 'lpn';

/** What a job may rest on: a profile. Each allows less than the one before. */
export type Assumptions = 'any' | 'no-lpn' | 'module-lwe-only';

export interface AssumptionFacts {
  readonly problems: readonly Problem[];
  /** What follows "rests on"; of `any` nothing is ever said. */
  readonly limit: string;
  /** What is left to rely on, as it follows "rests on". */
  readonly says: string;
}

const always = 'Module-LWE and Module-SIS (ML-KEM, ML-DSA), AES, SHA-2 and SHA-3';
export const ASSUMPTIONS: Readonly<Record<Assumptions, AssumptionFacts>> = {
  any: {
    problems: ['module-lwe', 'rlwe', 'lpn'], limit: 'anything',
    says: `${always}; on RLWE and on LPN with regular noise where what is made with them sends less.`,
  },
  'no-lpn': {
    problems: ['module-lwe', 'rlwe'], limit: 'no LPN',
    says: `${always}; on RLWE where what is made with it sends less; never on LPN.`,
  },
  'module-lwe-only': {
    problems: ['module-lwe'], limit: 'Module-LWE only',
    says: `${always}, and on nothing else: neither on RLWE nor on LPN.`,
  },
};

/** Of a plan, which names its profile only where it is none that allows all. */
export const assumptionsOf = (plan: { readonly assumptions?: Exclude<Assumptions, 'any'> }): Assumptions => plan.assumptions ?? 'any';

/** Whether what rests on these problems may be used by a job of this profile. */
export const allows = (assumptions: Assumptions, problems: readonly Problem[]): boolean => problems.every((problem) => ASSUMPTIONS[assumptions].problems.includes(problem));

/** All problems of several lists, each once and in one order. */
export const allProblems = (...lists: readonly (readonly Problem[])[]): Problem[] => ASSUMPTIONS.any.problems.filter((problem) => lists.some((list) => list.includes(problem)));
