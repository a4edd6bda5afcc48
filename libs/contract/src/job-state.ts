import { z } from 'zod';

/**
 * The life of a job. One set of words everywhere: CLI, console, REST, MCP.
 *
 * submitted → needs_signatures → authorised → offered → accepted → running → held → released
 * exits: denied, expired, superseded (policy or key changed), refused (a worker said no), cancelled, aborted
 *
 * A failed attempt goes back to `authorised` only while no share was sent (offered).
 */
export const JOB_STATES = [
  'submitted', 'needs_signatures', 'authorised', 'offered', 'accepted', 'running', 'held', 'released',
  'denied', 'expired', 'superseded', 'refused', 'cancelled', 'aborted',
] as const;
export const JobState = z.enum(JOB_STATES);
export type JobState = z.infer<typeof JobState>;

export const TRANSITIONS: Readonly<Record<JobState, readonly JobState[]>> = {
  submitted: ['needs_signatures', 'authorised', 'denied', 'expired', 'superseded', 'cancelled'],
  needs_signatures: ['authorised', 'denied', 'expired', 'superseded', 'cancelled'],
  authorised: ['offered', 'denied', 'expired', 'superseded', 'cancelled', 'needs_signatures'],
  offered: ['accepted', 'authorised', 'refused', 'expired', 'superseded', 'cancelled', 'aborted'],
  accepted: ['running', 'cancelled', 'aborted'],
  running: ['held', 'cancelled', 'aborted'],
  held: ['released', 'cancelled', 'aborted'],
  released: [], denied: [], expired: [], superseded: [], refused: [], cancelled: [], aborted: [],
};
export const isTerminal = (state: JobState): boolean => TRANSITIONS[state].length === 0;
