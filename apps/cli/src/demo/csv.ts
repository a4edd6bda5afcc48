import { readText } from '../files.js';

/** The rows of a CSV file without quoted commas, as text by column: enough for the files of a demo. */
export function readCsv(path: string): Record<string, string>[] {
  const [head, ...lines] = readText(path, 'data').trimEnd().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1')));
  return lines.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index]])));
}
