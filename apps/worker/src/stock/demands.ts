import { z } from 'zod';
import { Digest } from '#contract';
import type { Demand as SessionDemand } from '#mpc';
import type { Assumptions } from '#program/plans';
import { readJson, writeJson } from '../node-home/private-file.js';
import { demandsOf } from './kinds.js';
import { PROFILES, type Wanted, WantedWithin } from './plan-filling.js';

const MOST_SETS = 64;
const File = z.record(Digest, WantedWithin);

/** What sessions of each set consumed lately within each profile, by which their stock is filled: a file of the home that anybody may remove. */
export class SetDemands {
  #sets: z.infer<typeof File>;

  constructor(private readonly path: string) {
    try {
      this.#sets = readJson(path, File) ?? {};
    } catch {
      // Only what is made ahead rests on it.
      this.#sets = {};
    }
  }

  of(setId: string): Readonly<WantedWithin> {
    return this.#sets[setId] ?? {};
  }

  /** What is asked for no more is halved away, within each profile. */
  note(setId: string, demand: SessionDemand, assumptions: Assumptions): void {
    const now: Wanted = Object.fromEntries(demandsOf(demand, assumptions).map(({ kind, count }) => [kind, count]));
    const before = this.of(setId);
    const within = Object.fromEntries(PROFILES.flatMap((profile) => {
      const kinds = largestOf(profile === assumptions ? now : {}, before[profile] ?? {});
      return Object.keys(kinds).length > 0 ? [[profile, kinds]] : [];
    }));
    const { [setId]: _, ...others } = this.#sets;
    // The last named is the last used.
    this.#sets = Object.fromEntries([...Object.entries(others), [setId, within] as const].slice(-MOST_SETS));
    writeJson(this.path, this.#sets);
  }
}

function largestOf(now: Wanted, before: Wanted): Wanted {
  const kinds = [...new Set([...Object.keys(before), ...Object.keys(now)])].map((kind) => [kind, Math.max(now[kind] ?? 0, Math.floor((before[kind] ?? 0) / 2))] as const);
  return Object.fromEntries(kinds.filter(([, count]) => count > 0).slice(0, 64));
}
