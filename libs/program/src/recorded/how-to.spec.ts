import { readFileSync } from 'node:fs';
import { CALLS, type ArgumentKind } from './calls.js';

/** The how-to on own programs says all that can be called, and nothing else. */
const page = readFileSync(new URL('../../../../docs/how-to/write-a-program.md', import.meta.url), 'utf8');
const [, table] = page.split('| on a tensor |');
const written = [...table!.matchAll(/^\| (.*?) \| /gm)].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)\(([^)]*)\)`/g)].map(([, name, args]) => [name!, args!.split(', ').filter(Boolean)] as const));

test('the table of the how-to has every method of a recorded tensor, once', () => {
  expect(written.map(([name]) => name).sort()).toEqual(Object.keys(CALLS).sort());
});

test.each(written)('%s takes in the how-to what it takes in a recording', (name, args) => {
  const kinds: readonly ArgumentKind[] = CALLS[name as keyof typeof CALLS];
  expect(args.map((each) => each.endsWith('?'))).toEqual(kinds.map((kind) => kind.endsWith('?')));
  const meant: Readonly<Record<string, RegExp>> = { other: /^(operand|tensor)$/, 'scale?': /^scale\?$/, axis: /^integer$/, 'axis?': /^integer\?$/, shape: /^sizes$/ };
  args.forEach((each, i) => expect(kinds[i]).toMatch(meant[each] ?? /./));
});
