import { type Decision, type MissingSignatures } from '#policy';
import { EXIT, type ExitCode } from '../exit.js';
import { type Terminal } from '../terminal.js';

const WORD = { allow: ['green', 'allowed'], deny: ['red', 'denied'], needs_signatures: ['yellow', 'needs signatures'] } as const;

export const exitOfDecision = ({ outcome }: Pick<Decision, 'outcome'>): ExitCode => ({ allow: EXIT.done, deny: EXIT.denied, needs_signatures: EXIT.waiting })[outcome];

/** `Bank B`, or `2 of Bank A, Bank B and Bank C`. */
export const missingText = ({ atLeast, of }: MissingSignatures): string => (atLeast === of.length ? listText(of) : `${atLeast} of ${listText(of)}`);

export const listText = (names: readonly string[]): string => (names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`);

export function decisionTitle({ outcome, missing }: Decision, terminal: Terminal): string {
  const [colour, word] = WORD[outcome];
  const who = outcome === 'needs_signatures' && missing.length > 0 ? ` of ${missing.map(missingText).join('; ')}` : '';
  return terminal.style(['bold', colour], word) + who;
}

/** The decision with the sentences that made it, their place, and what would change it. */
export function decisionLines(decision: Decision, terminal: Terminal): string[] {
  const row = (label: string, text: string): string => `  ${terminal.style('dim', label.padEnd(8))} ${text}`;
  const lines = [row('why', decision.summary)];
  for (const { file, line, sentence, why } of decision.rules) {
    lines.push(row('rule', `${file}:${line}   "${sentence}"`));
    if (why && why !== decision.summary) lines.push(row('', terminal.style('dim', why)));
  }
  if (decision.outcome === 'deny') {
    lines.push(`  would signatures help?   ${decision.signaturesHelp ? 'yes' : 'no'}`);
    lines.push(`  nearest request that is allowed   ${decision.nearest ?? 'none that differs in one thing only'}`);
  }
  if (decision.obligations.minimumGroup > 1) lines.push(row('', `every result must cover at least ${decision.obligations.minimumGroup} records`));
  return lines;
}
