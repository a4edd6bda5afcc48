import type { Duty } from '#policy';
import { digestOf } from '#pqc';

/** Names a duty within its job, alike wherever the job was decided. */
export const dutyDigest = (job: string, { kind, by, seconds, rule: { line, column, sentence } }: Duty): string =>
  digestOf('countersign/duty/1', { job, kind, by: [...by], seconds, line, column, sentence });

export const dutyIdOf = (digest: string): string => `duty_${digest.slice(0, 20)}`;
