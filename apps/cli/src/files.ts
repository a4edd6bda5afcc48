import { readFileSync } from 'node:fs';
import { type z } from 'zod';
import { writePrivateFile } from '#pqc';
import { CliError } from './failure.js';
import { schemaWords } from './schema-words.js';

export const writeJson = (path: string, value: unknown): void => writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);

export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`;
    throw new CliError('CS0908', `${what} \`${path}\`: ${reason}`, { cause });
  }
}

/** A JSON file parsed by its schema; `fallback` where there is none. */
export function readJson<T extends z.ZodType>(path: string, schema: T, what: string, fallback?: z.infer<T>): z.infer<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (fallback !== undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return fallback;
    text = readText(path, what);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CliError('CS0908', `${what} \`${path}\` is not JSON`, { cause });
  }
  const parsed = schema.safeParse(value, { error: schemaWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError('CS0908', `${what} \`${path}\`: \`${issue.path.join('.')}\`: ${issue.message}`);
}
