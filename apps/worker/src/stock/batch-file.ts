import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFolder, wipe } from '#pqc';
import { openChunk, sealChunk } from './cipher.js';
import { StockError } from './errors.js';
import { type BatchHeader, layoutOf, prefixOf, TAG_BYTES } from './header.js';

/** Where chunk `index` lies: its records [from, to), and its bytes in the file. */
function chunkAt(header: BatchHeader, prefixBytes: number, index: number) {
  const { recordBytes, chunkRecords, chunks } = layoutOf(header, prefixBytes);
  const from = index * chunkRecords;
  const to = Math.min(from + chunkRecords, header.count);
  return { from, to, at: prefixBytes + from * recordBytes + index * TAG_BYTES, bytes: (to - from) * recordBytes + TAG_BYTES, place: { index, last: index === chunks - 1 } };
}

/** Writes a file of the stock; whole and on disk under its name when this resolves. `shares` are one vector for each component, which the caller wipes. */
export async function writeBatch(path: string, { header, key, shares }: { readonly header: BatchHeader; readonly key: Uint8Array; readonly shares: readonly Uint8Array[] }): Promise<void> {
  const prefix = prefixOf(header);
  const { chunks } = layoutOf(header, prefix.length);
  const temporary = join(dirname(path), `.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(prefix);
      for (let index = 0; index < chunks; index++) {
        const { from, to, place } = chunkAt(header, prefix.length, index);
        const plaintext = Buffer.concat(header.components.map(({ bytes }, i) => shares[i].subarray(from * bytes, to * bytes)));
        const sealed = sealChunk(key, prefix, place, plaintext);
        wipe(plaintext);
        // `writeFile` of a handle goes on at its position and leaves nothing out.
        await file.writeFile(Buffer.concat(sealed));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    flushFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** `length` bytes at `position`, all of them or none. */
function readAt(file: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const read = readSync(file, bytes, done, length - done, position + done);
    if (read === 0) return undefined;
    done += read;
  }
  return bytes;
}

/** Whether the file is there with the length and the first bytes that `header` says. What follows is checked where it is read. */
export function looksWhole(path: string, header: BatchHeader): boolean {
  const prefix = prefixOf(header);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    return fstatSync(file).size === layoutOf(header, prefix.length).fileBytes && readAt(file, 0, prefix.length)?.equals(prefix) === true;
  } finally {
    closeSync(file);
  }
}

/**
 * The records [from, to), one vector for each component; the caller wipes them. Memory is taken for what was asked, whatever the file says.
 * @throws StockError CS0762 when the file is not the one that was written
 */
export function readRecords(path: string, { header, key, from, to }: { readonly header: BatchHeader; readonly key: Uint8Array; readonly from: number; readonly to: number }): Uint8Array[] {
  const prefix = prefixOf(header);
  const { chunkRecords } = layoutOf(header, prefix.length);
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw damaged(header, cause);
  }
  const vectors = header.components.map(({ bytes }) => new Uint8Array((to - from) * bytes));
  try {
    for (let index = Math.floor(from / chunkRecords); index * chunkRecords < to; index++) {
      const chunk = chunkAt(header, prefix.length, index);
      const sealed = readAt(file, chunk.at, chunk.bytes);
      const plaintext = sealed && openChunk(key, prefix, chunk.place, sealed);
      if (!plaintext) throw damaged(header);
      const first = Math.max(from, chunk.from);
      const end = Math.min(to, chunk.to);
      let componentAt = 0;
      header.components.forEach(({ bytes }, i) => {
        const start = componentAt + (first - chunk.from) * bytes;
        vectors[i].set(plaintext.subarray(start, start + (end - first) * bytes), (first - from) * bytes);
        componentAt += (chunk.to - chunk.from) * bytes;
      });
      wipe(plaintext);
    }
    return vectors;
  } catch (error) {
    wipe(...vectors);
    throw error;
  } finally {
    closeSync(file);
  }
}

const damaged = ({ batch }: BatchHeader, cause?: unknown): StockError => new StockError('CS0762', `batch \`${batch}\` is not as it was written`, { cause });

/**
 * Overwrites the chunks of which no record before `to` is left, from that of record `from` on; with the last record the file goes. As far as
 * this can be done: a disk or file system that writes elsewhere keeps the old bytes, encrypted.
 */
export async function eraseRecords(path: string, { header, from, to }: { readonly header: BatchHeader; readonly from: number; readonly to: number }): Promise<void> {
  const prefixBytes = prefixOf(header).length;
  const { chunkRecords, chunks } = layoutOf(header, prefixBytes);
  const end = to === header.count ? chunks : Math.floor(to / chunkRecords);
  const file = await open(path, 'r+');
  try {
    for (let index = Math.floor(from / chunkRecords); index < end; index++) {
      const { at, bytes } = chunkAt(header, prefixBytes, index);
      await file.write(Buffer.alloc(bytes), 0, bytes, at);
    }
    // Without it a file that is removed at once would never have been overwritten.
    if (to === header.count) await file.datasync();
  } finally {
    await file.close();
  }
  if (to === header.count) await rm(path, { force: true });
}
