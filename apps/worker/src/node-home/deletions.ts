import { z } from 'zod';
import { Digest, Instant, JobId } from '#contract';
import { readJson, writeJson } from './private-file.js';

const Deletion = z.strictObject({ job: JobId, jobDigest: Digest, duty: Digest, deleteAt: Instant });
export type Deletion = z.infer<typeof Deletion>;

/** Results that this node must delete, and when: on disk before the result is. */
export class Deletions {
  #owed: Deletion[];

  constructor(private readonly path: string) {
    this.#owed = readJson(path, z.array(Deletion)) ?? [];
  }

  due(now: Date): Deletion[] {
    return this.#owed.filter(({ deleteAt }) => Date.parse(deleteAt) <= now.getTime());
  }

  owe(deletions: readonly Deletion[]): void {
    if (deletions.length > 0) this.#replace([...this.#owed.filter(({ duty }) => !deletions.some((each) => each.duty === duty)), ...deletions]);
  }

  done(duty: string): void {
    this.#replace(this.#owed.filter((each) => each.duty !== duty));
  }

  #replace(owed: Deletion[]): void {
    writeJson(this.path, owed);
    this.#owed = owed;
  }
}
