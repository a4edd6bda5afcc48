import { PlanError } from './errors.js';
import { type SuiteName } from './plan.js';
import { thresholdOf } from './traffic/suites/shamir.js';

/**
 * The most parties that a session takes. Near truncation in Z_2^64 cuts off three bits less than a value has, whose wraps over the top are told apart for up
 * to 16 addends (`machine/nearly.ts`); so many points are there in GF(2^8) many times over, and statements hold so many names.
 */
export const MAX_PARTIES = 16;

/** What a person needs to know of a suite before choosing it. */
export interface SuiteFacts {
  readonly parties: readonly [least: number, most: number];
  /** `dishonest`: nothing leaks as long as one party stands alone; `honest`: as long as no half of the parties work together. */
  readonly majority: 'dishonest' | 'honest';
  readonly model: 'semi-honest';
  /** |x| < 2^valueBits for every shared value. */
  readonly valueBits: number;
  /** Products take correlations that every pair of parties makes ahead, and that a stock may hold. */
  readonly usesTriples: boolean;
  /** One sentence: what it protects against, and what it does not. */
  readonly protects: string;
}

export const SUITES: Readonly<Record<SuiteName, SuiteFacts>> = {
  'additive-z64': {
    parties: [2, MAX_PARTIES], majority: 'dishonest', model: 'semi-honest', valueBits: 62, usesTriples: true,
    protects: 'Hides the inputs of each party from all others together, as long as everybody follows the protocol.',
  },
  'replicated-z64': {
    parties: [3, 3], majority: 'honest', model: 'semi-honest', valueBits: 62, usesTriples: false,
    protects: 'Hides inputs from any one of the three parties; two that work together see everything. Everybody follows the protocol.',
  },
  'shamir-p61': {
    parties: [3, MAX_PARTIES], majority: 'honest', model: 'semi-honest', valueBits: 59, usesTriples: false,
    protects: 'Hides inputs from fewer than half of the parties together; half of them or more that work together see everything. Everybody follows the protocol.',
  },
};

/** |x| stays below 2^valueBits in every suite of this name, with the sign and a bit of head-room to spare. */
export const suiteValueBits = (suite: SuiteName): number => SUITES[suite].valueBits;

/**
 * How many of the parties have to stay, once the inputs are shared, for the outputs to be opened: the others may vanish. The protocol itself ends a
 * session where products still to come take more.
 */
export const leastParties = (suite: SuiteName, parties: number): number => (suite === 'shamir-p61' ? thresholdOf(parties) + 1 : parties);

export interface SuiteRequest {
  readonly suite: SuiteName | 'auto';
  /** What the requester is willing to rest on: `honest` trusts that no half of the parties work together. */
  readonly majority: 'dishonest' | 'honest';
  /** How many compute. */
  readonly parties: number;
}

/** The suite of a job, and why in one line: every party comes to the same. Throws CS0634 where none fits. */
export function chooseSuite({ suite, majority, parties }: SuiteRequest): { suite: SuiteName; reason: string } {
  if (suite !== 'auto') {
    const { parties: [least, most], majority: rests } = SUITES[suite];
    if (rests === 'honest' && majority === 'dishonest') {
      throw new PlanError('CS0634', `\`${suite}\` rests on an honest majority, and the job asks for protection against a dishonest one`, ['ask for an honest majority, or for `auto`']);
    }
    if (parties < least || parties > most) {
      throw new PlanError('CS0634', `\`${suite}\` takes ${least === most ? `exactly ${least}` : `${least} to ${most}`} parties, and the job has ${parties}`, ['ask for `auto`, or name other parties']);
    }
    return { suite, reason: 'asked for' };
  }
  if (majority === 'dishonest') return { suite: 'additive-z64', reason: 'the one suite that hides inputs from all other parties together' };
  if (parties === 3) return { suite: 'replicated-z64', reason: 'the fastest for three parties of which no two work together' };
  if (parties > 3) return { suite: 'shamir-p61', reason: 'goes on when parties vanish, as long as most of them stay' };
  return { suite: 'additive-z64', reason: 'of two parties none is a majority' };
}
