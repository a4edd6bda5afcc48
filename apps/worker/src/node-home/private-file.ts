import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { writePrivateFile } from '#pqc';
import { HomeError } from './errors.js';

/** The file at `path` in the form of `schema`, or undefined when there is none. Throws HomeError CS0720. */
export function readJson<T extends z.ZodType>(path: string, schema: T): z.infer<T> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HomeError('CS0720', `\`${path}\` cannot be read`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HomeError('CS0720', `\`${path}\` is no JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HomeError('CS0720', `\`${path}\` is not of its form at \`${issue.path.join('.') || 'the top'}\`: ${issue.message.toLowerCase()}`);
}

export const writeJson = (path: string, value: unknown): void => writePrivateFile(path, `${JSON.stringify(value, null, 2)}\n`);
