import { dirname, resolve } from 'node:path';
import { type z } from 'zod';
import { isMap, isScalar, LineCounter, parseDocument, type Document, type Node, type Pair } from 'yaml';
import { type Diagnostic, type Span } from '#policy';
import { CliError } from '../failure.js';
import { readText } from '../files.js';
import { didYouMean } from '../nearest.js';
import { IN_WORDS, isMissing, schemaHelp } from '../schema-words.js';
import { keysAt } from './schema-keys.js';

/** A YAML file, parsed, with the place of each of its parts. */
export interface Loaded<T> {
  readonly value: T;
  readonly file: string;
  /** Absolute folder that paths in the file are relative to. */
  readonly folder: string;
  readonly source: string;
  /** The span of the value, or of the key, at a path. */
  spanOf(path: readonly PropertyKey[], what?: 'value' | 'key'): Span;
  lineOf(path: readonly PropertyKey[]): number;
  /** An error that points at a path. */
  failure(code: string, message: string, path: readonly PropertyKey[], help?: readonly string[], what?: 'value' | 'key'): Diagnostic;
}

type Place = (path: readonly PropertyKey[], what?: 'value' | 'key') => Span;

/**
 * Reads and checks a YAML file.
 * @throws CliError CS0908 (no such file), CS0910 (not YAML), CS0911 (unknown key), CS0912 (wrong value), each with its place
 */
export function loadYaml<T extends z.ZodType>(path: string, schema: T, what: string): Loaded<z.infer<T>> {
  const source = readText(path, what);
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false, merge: true });
  const span = spansOf(path, counter, source.length);
  const [broken] = document.errors;
  if (broken) {
    throw invalid(what, source, [diagnosticOf('CS0910', firstLine(broken.message), span(broken.pos[0], broken.pos[1]))]);
  }
  const place: Place = (at, part = 'value') => placeOf(document, at, part, span);
  const parsed = schema.safeParse(plainOf(document, what, source, span), IN_WORDS);
  if (!parsed.success) {
    // A mistyped key comes first: what it leaves missing follows from it.
    const issues = [...parsed.error.issues].sort((a, b) => Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys'));
    throw invalid(what, source, issues.flatMap((issue) => diagnosticsOf(issue, schema, place)));
  }
  return {
    value: parsed.data,
    file: path,
    folder: dirname(resolve(path)),
    source,
    spanOf: place,
    lineOf: (at) => place(at, 'key').start.line,
    failure: (code, message, at, help = [], part = 'value') => diagnosticOf(code, message, place(at, part), help),
  };
}

/** Several errors of one file as one, with the first one's code. */
export const invalid = (what: string, source: string, diagnostics: readonly Diagnostic[]): CliError =>
  new CliError(diagnostics[0].code, `${what}: ${diagnostics[0].message}`, { diagnostics, source });

const diagnosticOf = (code: string, message: string, span: Span, help: readonly string[] = []): Diagnostic => ({ code, severity: 'error', message, span, labels: [], help });
const firstLine = (text: string): string => text.split('\n')[0].replace(/^./, (first) => first.toLowerCase());

function plainOf(document: Document.Parsed, what: string, source: string, span: ReturnType<typeof spansOf>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw invalid(what, source, [diagnosticOf('CS0910', firstLine((error as Error).message), span(0, 0))]);
  }
}

function diagnosticsOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, place: Place): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => diagnosticOf('CS0911', `\`${key}\` is not known here`, place([...issue.path, key], 'key'), helpForKey(key, known)));
  }
  if (issue.code === 'invalid_key') {
    return [diagnosticOf('CS0912', `\`${String(issue.path.at(-1))}\`: ${lower(issue.issues[0]?.message ?? issue.message)}`, place(issue.path, 'key'))];
  }
  if (isMissing(issue)) return [diagnosticOf('CS0912', `\`${String(issue.path.at(-1))}\` is missing`, place(issue.path.slice(0, -1), 'key'))];
  const name = issue.path.length === 0 ? 'the file' : `\`${issue.path.map(String).join('.')}\``;
  return [diagnosticOf('CS0912', `${name}: ${lower(issue.message)}`, place(issue.path), schemaHelp(issue))];
}

const helpForKey = (key: string, known: readonly string[]): string[] => {
  const close = didYouMean(key, known);
  return close.length > 0 ? close : [`known here: ${known.map((one) => `\`${one}\``).join(', ')}`];
};
const lower = (text: string): string => text.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

function spansOf(file: string, counter: LineCounter, length: number) {
  const position = (offset: number) => {
    const { line, col } = counter.linePos(Math.min(offset, length));
    return { line: Math.max(1, line), column: Math.max(1, col), offset };
  };
  return (start: number, end: number): Span => ({ file, start: position(start), end: position(Math.max(end, start + 1)) });
}

/** The nearest thing that the file does contain on the way to `path`. */
function placeOf(document: Document.Parsed, path: readonly PropertyKey[], part: 'value' | 'key', span: ReturnType<typeof spansOf>): Span {
  let node: Node | null = document.contents;
  let key: Node | undefined;
  for (const step of path) {
    const pair = isMap(node) ? (node.items as Pair<Node, Node | null>[]).find((item) => isScalar(item.key) && String(item.key.value) === String(step)) : undefined;
    const next = pair ? pair.value : itemOf(node, step);
    if (next === undefined) break;
    key = pair?.key ?? next ?? undefined;
    node = next;
  }
  const chosen = part === 'key' ? key ?? node : node ?? key;
  const range = chosen?.range ?? [0, 0, 0];
  return span(range[0], range[1]);
}

function itemOf(node: Node | null, step: PropertyKey): Node | undefined {
  const items = (node as { items?: readonly unknown[] } | null)?.items;
  return isMap(node) || !items ? undefined : (items[Number(step)] as Node | undefined);
}
