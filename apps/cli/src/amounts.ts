import { CliError } from './failure.js';
import { SEE_HELP } from './leaf.js';

/** The whole number above 0 that a flag has. @throws CliError CS0901 */
export function countOf(flag: string, text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new CliError('CS0901', `\`${flag}\`: \`${text}\` is no whole number above 0`, { help: [SEE_HELP] });
  return Number(text);
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `90s`, `30m`, `4h` or `7d`. @throws CliError CS0901 */
export function durationMs(text: string): number {
  const match = /^([1-9][0-9]{0,5})([smhd])$/.exec(text);
  if (!match) throw new CliError('CS0901', `\`${text}\` is no duration`, { help: ['write a number and a unit: 90s, 30m, 4h or 7d'] });
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}
