import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resultsFolder } from '../results-folder.js';

export const peersFolder = join(resultsFolder, '../peers');

const resolve = (name: string): string => createRequire(join(peersFolder, 'package.json')).resolve(name);

export function isInstalled(name: string): boolean {
  try {
    return resolve(name) !== '';
  } catch {
    return false;
  }
}

/** A peer's module; peers have a folder of their own, with a lock file of their own (`npm ci --prefix bench/peers`). */
export const loadPeer = async <T>(name: string): Promise<T> => (await import(pathToFileURL(resolve(name)).href)) as T;
