/**
 * What a session spends messages on, in order. `setUp`: base transfers with their trees, keys of lattices, keys and seeds of sharing.
 * `correlations`: triples and random bits. `masks`: rounds that no input waits for. `join`: two tables, up to what is compared. `opening`: to receivers that are parties.
 */
export const PHASES = ['agreeing', 'setUp', 'correlations', 'masks', 'inputs', 'join', 'online', 'confirmation', 'opening'] as const;
export type Phase = typeof PHASES[number];

/** Whether the phase comes before inputs are shared. */
export const isOffline = (phase: Phase): boolean => PHASES.indexOf(phase) < PHASES.indexOf('inputs');

export type ByPhase = Readonly<Record<Phase, number>>;

export const nothingByPhase = (): Record<Phase, number> => Object.fromEntries(PHASES.map((phase) => [phase, 0])) as Record<Phase, number>;
