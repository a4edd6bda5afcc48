import { z } from 'zod';
import { Digest } from '#contract';
import type { Demand as SessionDemand } from '#mpc';
import { readJson, writeJson } from '../node-home/private-file.js';
import { demandsOf } from './kinds.js';
import { Wanted } from './plan-filling.js';

const MOST_SETS = 64;
const File = z.record(Digest, Wanted);

/** What sessions of each set consumed lately, by which their stock is filled: a file of the home that anybody may remove. */
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

  of(setId: string): Readonly<Wanted> {
    return this.#sets[setId] ?? {};
  }

  /** A kind that is asked for no more is halved away. */
  note(setId: string, demand: SessionDemand): void {
    const now = new Map(demandsOf(demand).map(({ kind, count }) => [kind, count]));
    const before = this.of(setId);
    const kinds = [...new Set([...Object.keys(before), ...now.keys()])].map((kind) => [kind, Math.max(now.get(kind) ?? 0, Math.floor((before[kind] ?? 0) / 2))] as const);
    const { [setId]: _, ...others } = this.#sets;
    // The last named is the last used.
    this.#sets = Object.fromEntries([...Object.entries(others), [setId, Object.fromEntries(kinds.filter(([, count]) => count > 0).slice(0, 64))] as const].slice(-MOST_SETS));
    writeJson(this.path, this.#sets);
  }
}
