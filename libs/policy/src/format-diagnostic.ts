import { type Diagnostic, type Span } from './types.js';

const plainly = (text: string): string => text;
const coloured = (code: string) => (text: string): string => `\u001b[${code}m${text}\u001b[0m`;

/**
 * A diagnostic for people: its code and message, the place, the line with the span marked, and how to mend it. `colour` adds ANSI colours. Control
 * characters of the source are shown as `·`.
 */
export function formatDiagnostic(diagnostic: Diagnostic, source: string, { colour }: { readonly colour: boolean }): string {
  const { code, severity, message, span, labels, help } = diagnostic;
  const strong = colour ? coloured(severity === 'error' ? '1;31' : '1;33') : plainly;
  const frame = colour ? coloured('34') : plainly;
  const lines = source.split('\n');
  const gutter = String(Math.max(span.start.line, ...labels.map((label) => label.span.start.line))).length;
  const out = [
    `${strong(`${severity}[${code}]`)}: ${message}`,
    `${' '.repeat(gutter)}${frame('-->')} ${span.file}:${span.start.line}:${span.start.column}`,
    frame(`${' '.repeat(gutter + 1)}|`),
    ...marked(lines, span, labels.find((label) => label.span.start.offset === span.start.offset)?.text, gutter, frame, strong),
    ...labels.filter((label) => label.span.start.offset !== span.start.offset).flatMap((label) => marked(lines, label.span, label.text, gutter, frame, frame)),
  ];
  if (help.length > 0) out.push(frame(`${' '.repeat(gutter + 1)}|`), ...help.map((text) => `${' '.repeat(gutter)} ${frame('help:')} ${text}`));
  return out.join('\n');
}

function marked(lines: readonly string[], { start, end }: Span, label: string | undefined, gutter: number, frame: (text: string) => string, mark: (text: string) => string): string[] {
  // eslint-disable-next-line no-control-regex
  const line = (lines[start.line - 1] ?? '').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (c) => (c === '\t' ? ' ' : c === '\r' ? '' : '·'));
  const from = start.column - 1;
  const to = end.line === start.line ? end.column - 1 : line.length;
  const carets = mark(`${'^'.repeat(Math.max(1, to - from))}${label === undefined ? '' : ` ${label}`}`);
  return [`${frame(`${String(start.line).padStart(gutter)} |`)} ${line}`, `${frame(`${' '.repeat(gutter)} |`)} ${' '.repeat(from)}${carets}`];
}
