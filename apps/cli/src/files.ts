import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type z } from 'zod';
import { CliError } from './failure.js';

/** Replaces a private file (mode 0600): a crash leaves the old text or the new one, never a part. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

export const writeJson = (path: string, value: unknown): void => writePrivate(path, `${JSON.stringify(value, null, 2)}\n`);

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
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CliError('CS0908', `${what} \`${path}\`: \`${issue.path.join('.')}\`: ${issue.message}`);
}
