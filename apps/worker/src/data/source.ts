import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { closestName } from '#program';
import { DataError } from './errors.js';
import { type CandidateFile } from './reader-messages.js';

/** Where a dataset's rows are: a CSV or Parquet file relative to a folder, or one select over the files of that folder. */
export type DataSource = { readonly from: string; readonly sql?: undefined } | { readonly sql: string; readonly from?: undefined };

const KINDS: Readonly<Record<string, CandidateFile['kind']>> = { '.csv': 'csv', '.parquet': 'parquet' };
const MODEL = '.onnx';
const MOST_CANDIDATES = 1000;

/** The file that `from` names. Throws CS0501 to CS0503 when it is not a CSV or Parquet file inside the folder, links followed. */
export function locateFile(baseDir: string, from: string): CandidateFile {
  const kind = KINDS[extname(from).toLowerCase()];
  if (!kind) throw new DataError('CS0503', `\`${from}\` is not a file that ends in .csv or .parquet`);
  return { path: pathInside(baseDir, from), kind, names: [from] };
}

/** The path of the model that `from` names. Throws CS0501 to CS0503 when it is not an ONNX file inside the folder, links followed. */
export function locateModel(baseDir: string, from: string): string {
  if (extname(from).toLowerCase() !== MODEL) throw new DataError('CS0503', `\`${from}\` is not a file that ends in ${MODEL}`);
  return pathInside(baseDir, from);
}

function pathInside(baseDir: string, from: string): string {
  // DuckDB would read these as patterns for several files.
  if (/[*?[\]{}\0]/.test(from)) throw new DataError('CS0503', `\`${from}\` has a character that file names here may not have`);
  const base = realFolder(baseDir);
  const wanted = resolve(base, from);
  if (isAbsolute(from) || !isInside(base, wanted)) throw outside(from);
  let path: string;
  try {
    path = realpathSync(wanted);
    if (!statSync(path).isFile()) throw new Error('not a file');
  } catch {
    throw new DataError('CS0501', `\`${from}\` cannot be read`, didYouMeanFile(base, from));
  }
  if (!isInside(base, path)) throw outside(from);
  return path;
}

/**
 * The files that a query may name: those of the folder by stem, name or path, and those of its direct subfolders as well where no
 * other file has the same stem or name. Hidden files and links that lead out are left away.
 */
export function candidateFiles(baseDir: string): CandidateFile[] {
  const base = realFolder(baseDir);
  const own = filesIn(base, '.');
  const nested = subfolders(base).flatMap((folder) => filesIn(base, folder));
  const shortNames = (path: string): string[] => [basename(path, extname(path)), basename(path)];
  const taken = new Set(own.flatMap(shortNames));
  const count = (paths: readonly string[], name: string): number => paths.filter((path) => shortNames(path).includes(name)).length;
  const candidates: CandidateFile[] = [];
  for (const [paths, free] of [[own, () => true], [nested, (name: string) => !taken.has(name)]] as const) {
    for (const path of paths.slice(0, MOST_CANDIDATES)) {
      const names = [path, ...shortNames(path).filter((name) => free(name) && count(paths, name) === 1)];
      try {
        candidates.push({ ...locateFile(base, path), names });
      } catch {
        continue;
      }
    }
  }
  return candidates;
}

function realFolder(baseDir: string): string {
  try {
    return realpathSync(baseDir);
  } catch {
    throw new DataError('CS0501', 'the folder of the data cannot be read');
  }
}

const filesIn = (base: string, folder: string): string[] =>
  readdirSync(join(base, folder)).filter((name) => !name.startsWith('.') && extname(name).toLowerCase() in KINDS).sort().map((name) => join(folder, name));

const subfolders = (base: string): string[] =>
  readdirSync(base, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map((entry) => entry.name).sort();

const isInside = (base: string, path: string): boolean => {
  const way = relative(base, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

const outside = (from: string): DataError => new DataError('CS0502', `\`${from}\` leads out of the folder of the data`, ['put the file beside the one that names it, or into a folder there']);

function didYouMeanFile(base: string, from: string): string[] {
  const closest = closestName(from, [...filesIn(base, '.'), ...subfolders(base).flatMap((folder) => filesIn(base, folder))]);
  return closest ? [`did you mean \`${closest}\`?`] : [];
}
