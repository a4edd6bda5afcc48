import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a file of the collection of real data sets is, in the folder `shared/data` beside this project or above; undefined where there is none. */
export function dataFile(name: string): string | undefined {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const path = join(folder, 'shared', 'data', name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The title of specs that read a file of the collection: where it is not there, they are skipped, and this says why. */
export function withData(title: string, name: string): string {
  return dataFile(name) === undefined ? `${title} (skipped: there is no shared/data/${name})` : title;
}
