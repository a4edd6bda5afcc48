import { type DifferenceView } from '#contract';
import { type ChangedDecision, type SentenceChange } from '#policy';
import { type Terminal } from '../terminal.js';

const SIGN = { removed: ['red', '-'], added: ['green', '+'], changed: ['yellow', '~'] } as const;

/** What another policy changes; what holds requests off no more is said loudly. */
export function differenceLines({ sentences, decisions, replayed }: DifferenceView, terminal: Terminal): string[] {
  const lines = sentences.length === 0 ? ['both policies mean the same'] : sentences.flatMap((change) => sentenceLines(change, terminal));
  if (decisions === undefined) return lines;
  const looked = replayed === undefined ? '' : ` of ${replayed} recorded`;
  return [...lines, '', `${decisions.length} decision${decisions.length === 1 ? '' : 's'}${looked} would be another:`, ...decisions.flatMap((decision) => decisionLines(decision, terminal))];
}

function sentenceLines({ change, before, after, loosens }: SentenceChange, terminal: Terminal): string[] {
  const [colour, sign] = SIGN[change];
  const of = (sentence: typeof before, mark: string) => (sentence === undefined ? [] : [`${terminal.style(colour, mark)} ${sentence.file}:${sentence.line}   ${sentence.sentence}`]);
  return [...of(before, change === 'changed' ? '~ was' : sign), ...of(after, change === 'changed' ? '~ is ' : sign), ...(loosens === undefined ? [] : [`  ${terminal.style(['bold', 'red'], `LOOSER: ${loosens}`)}`])];
}

function decisionLines({ id, at, from, to, recorded, by, summary }: ChangedDecision, terminal: Terminal): string[] {
  return [
    `  ${id}   ${at}   ${terminal.style('bold', `${outcome(from)} → ${outcome(to)}`)}${recorded === undefined ? '' : `   (recorded: ${outcome(recorded)})`}`,
    `    ${summary}`,
    ...(by === undefined ? [] : [`    by ${by.side === 'before' ? 'the old' : 'the new'} ${by.rule.file}:${by.rule.line}   "${by.rule.sentence}"`]),
  ];
}

const outcome = (text: string): string => text.replace('_', ' ');
