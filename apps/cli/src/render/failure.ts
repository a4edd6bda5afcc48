import { formatDiagnostic, type Diagnostic } from '#policy';
import { type Failure } from '../failure.js';
import { type Terminal } from '../terminal.js';
import { decisionLines } from './decision.js';

/** Beyond these the rest mostly follows from the first. */
const MOST_SHOWN = 10;

/** An error as people read it: code, place in the text where there is one, what to do. */
export function failureLines(failure: Failure, terminal: Terminal): string[] {
  const { code, message, help, diagnostics, source, decision } = failure;
  if (diagnostics.length > 0 && source !== undefined) {
    return diagnosticLines(diagnostics, source, terminal);
  }
  return [
    `${terminal.style(['bold', 'red'], `error[${code}]`)}: ${terminal.typed(message)}`,
    ...(decision ? decisionLines(decision, terminal) : []),
    ...help.map((line) => ` ${terminal.style('cyan', 'help')}: ${terminal.typed(line)}`),
  ];
}

/** The same as JSON. */
export function failureJson({ code, message, help, exit, diagnostics, decision }: Failure): unknown {
  return { error: { code, severity: 'error', message, help, exit, ...(diagnostics.length > 0 ? { diagnostics } : {}), ...(decision ? { decision } : {}), docs: `countersign explain ${code}` } };
}

/** Messages about a text, each with the lines that it points at. */
export const diagnosticLines = (diagnostics: readonly Diagnostic[], source: string, terminal: Terminal): string[] =>
  [
    ...diagnostics.slice(0, MOST_SHOWN).flatMap((diagnostic) => [formatDiagnostic({ ...diagnostic, help: diagnostic.help.map((line) => terminal.typed(line)) }, source, { colour: terminal.options.colour }).trimEnd(), '']),
    ...(diagnostics.length > MOST_SHOWN ? [`and ${diagnostics.length - MOST_SHOWN} more`] : []),
  ];
