import { readFileSync } from 'node:fs';
import { PROGRAMS } from './index.js';

const text = readFileSync(new URL('../../../docs/reference/programs.md', import.meta.url), 'utf8');
/** The first table: a program a row, its cells by the names of the columns. */
const rows = text.slice(text.indexOf('| program |'), text.indexOf('\n\n`where`')).split('\n').map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const [head, , ...body] = rows as [string[], string[], ...string[][]];
const documented = body.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]!])));
const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

describe('docs/reference/programs.md', () => {
  it('has every program once, with its roles, its parameters and whether row counts are hidden', () => {
    const told = documented.map((row) => ({ name: row.program!.replace(/^\[(.*)\]\(.*\)$/, '$1'), roles: named(row.roles!), parameters: named(row.parameters!).sort(), rowCounts: row['row counts'] }));
    const are = PROGRAMS.map(({ name, roles, parameters, rowCounts }) => ({
      name, roles: roles.map((role) => role.name), parameters: parameters.map((each) => each.name).filter((each) => each !== 'where' && each !== 'check').sort(), rowCounts: rowCounts === 'hidden' ? 'hidden' : 'known',
    }));
    const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);
    expect(told.sort(byName)).toEqual(are.sort(byName));
  });

  it('says which programs take conditions on rows, and which have rows checked on shares', () => {
    const without = PROGRAMS.filter(({ parameters }) => !parameters.some(({ name }) => name === 'where')).map(({ name }) => name);
    expect(without).toEqual(['Linear Score', 'Linear Regression by Columns', 'Logistic Regression by Columns', 'Logistic Score', 'Private Inference', 'Join Count', 'Joined Statistics', 'Hidden Match Statistics']);
    expect(text).toContain('`where` is a parameter of all but joins, scores, Private Inference and regressions by columns.');
    const unchecked = PROGRAMS.filter(({ parameters }) => !parameters.some(({ name }) => name === 'check')).map(({ name }) => name);
    expect(unchecked).toEqual(['Join Count']);
    expect(text).toContain('All programs that are shipped have it but Join Count.');
  });
});
