import { Line, lineOf, PersonName } from './primitives.js';

/** Text of one node reaches the terminals and logs of all others. */
test.each([
  ['an escape sequence', '\u001b[2K\u001b[1Asigned by Bank B'], ['a carriage return', 'a\rb'], ['a line feed', 'a\nb'], ['a C1 control', '\u009b2K'], ['NUL, which PostgreSQL refuses', 'a\u0000'],
  ['a direction override', '\u202eevil'], ['a line separator', 'a\u2028b'], ['half a character', '\ud83d'], ['another normal form', 'e\u0301'],
])('%s is no part of a line, and is made visible in one', (_, text) => {
  expect(Line(64).safeParse(text).success).toBe(false);
  expect(Line(64).safeParse(lineOf(text, 64)).success).toBe(true);
});

test('a line keeps what people write, and is cut without leaving half a character', () => {
  expect(Line(64).parse('réunion – naïve 😀')).toBe('réunion – naïve 😀');
  expect(lineOf('ab😀', 3)).toBe('ab?');
});

test('a person and her node read in one way only', () => {
  // "Ana of" of "Bank A" would be called like "Ana" of "of Bank A".
  for (const name of ['Ana of Bank', 'Ana of', 'of Ana', 'OF', 'Ana Of']) expect(PersonName.safeParse(name).success).toBe(false);
  for (const name of ['Ana Lopez', 'Offa', 'Ana Prof']) expect(PersonName.safeParse(name).success).toBe(true);
});
