import { stripVTControlCharacters } from 'node:util';

const WIDTH = 118;

/** A line broken at spaces; what follows is indented like its beginning, and two more. Colours do not count. */
export function wrap(line: string, width = WIDTH): string[] {
  if (stripVTControlCharacters(line).length <= width) return [line];
  const [indent] = /^ */.exec(line) as RegExpExecArray;
  const lines: string[] = [];
  let current = indent;
  let used = indent.length;
  for (const word of line.trim().split(' ')) {
    const length = stripVTControlCharacters(word).length;
    if (used + length > width && current.trim() !== '') {
      lines.push(current.trimEnd());
      current = `${indent}  `;
      used = indent.length + 2;
    }
    current += `${word} `;
    used += length + 1;
  }
  return [...lines, current.trimEnd()];
}
