import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { FromWorker } from '#contract';
import { readJson, writeJson } from './private-file.js';

/** Reports that the control plane has not acknowledged, one file each, in the order in which they were made. */
export class ReportFiles {
  /** Report id → file name. */
  readonly #names = new Map<string, string>();
  #next = 0;

  constructor(private readonly folder: string) {}

  /** What a former run left, oldest first. */
  load(): FromWorker[] {
    const names = readdirSync(this.folder).filter((name) => /^[0-9]{12}\.json$/.test(name)).sort();
    return names.flatMap((name) => {
      const report = readJson(join(this.folder, name), FromWorker);
      if (!report) return [];
      this.#next = Number(name.slice(0, 12)) + 1;
      this.#names.set(report.id, name);
      return [report];
    });
  }

  keep(report: FromWorker): void {
    const name = `${String(this.#next++).padStart(12, '0')}.json`;
    writeJson(join(this.folder, name), report);
    this.#names.set(report.id, name);
  }

  drop(id: string): void {
    const name = this.#names.get(id);
    if (name === undefined) return;
    this.#names.delete(id);
    unlinkSync(join(this.folder, name));
  }
}
