/** What the process ends with; scripts switch on these. */
export const EXIT = {
  /** Done, or allowed. */
  done: 0,
  /** Network, a node that is down, a failed expectation, a bug. */
  failed: 1,
  denied: 2,
  /** An invalid policy, request, file or command line. */
  invalid: 3,
  /** Not decided: waiting for signatures. */
  waiting: 4,
  /** A receipt, signature, proof or log does not verify. */
  unverified: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_CODE: Readonly<Record<string, ExitCode>> = { CS0360: EXIT.denied, CS0361: EXIT.waiting, CS0350: EXIT.failed };
const UNVERIFIED = /^CS(011[0-9]|033[1-5]|0340|035[4-7]|037[0-3]|08[0-9]{2}|0907|0922)$/;
const FAILED = /^CS(00|01|07)|^CS09(00|02|09|15|16|17|21|23)$/;

/** The exit code of an error that states none itself. */
export function exitOfCode(code: string): ExitCode {
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code];
  if (UNVERIFIED.test(code)) return EXIT.unverified;
  return FAILED.test(code) ? EXIT.failed : EXIT.invalid;
}
