import { type PolicyTestReport } from '#policy';
import { type Terminal } from '../terminal.js';

/** Share of the sentences that some case rests on, in percent rounded down; 100 where there is none. */
export const coverageOf = ({ covered, uncovered }: PolicyTestReport): number => (covered.length + uncovered.length === 0 ? 100 : Math.floor((100 * covered.length) / (covered.length + uncovered.length)));

export function policyTestLines(file: string, report: PolicyTestReport, terminal: Terminal): string[] {
  const { cases, covered, uncovered } = report;
  const failed = cases.filter(({ passed }) => !passed);
  return [
    ...cases.flatMap(({ name, passed, differences }) => [
      `${passed ? terminal.style('green', '✓') : terminal.style('red', '✗')} ${name}`,
      ...differences.flatMap(({ what, expected, actual }) => [`    ${what}: expected ${terminal.style('green', expected)}`, `    ${' '.repeat(what.length)}  but was ${terminal.style('red', actual)}`]),
    ]),
    `${file}: ${cases.length - failed.length} of ${cases.length} cases as expected; ${covered.length} of ${covered.length + uncovered.length} sentences covered (${coverageOf(report)}%)`,
    ...uncovered.map(({ file: policy, line, sentence }) => `  no case rests on ${policy}:${line}   "${sentence}"`),
  ];
}
