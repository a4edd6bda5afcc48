import { compile } from './compile.js';
import { registry } from './testing/consortium.js';

/** How often a character was looked at while a policy was compiled, by the scanner, the name table and the parser. */
function stepsOf(source: string): number {
  const { charCodeAt } = String.prototype;
  let steps = 0;
  String.prototype.charCodeAt = function counted(this: string, at: number) {
    steps++;
    return charCodeAt.call(this, at);
  };
  try {
    compile(source, registry);
  } finally {
    String.prototype.charCodeAt = charCodeAt;
  }
  return steps;
}

/** A little more than twice the work for twice the text: what is done once weighs less in the longer one. */
const LINEAR = 2.2;

describe('the work grows with the text, not with its square', () => {
  test.each<[string, (n: number) => string]>([
    ['brackets', (n) => '('.repeat(n)],
    ['one word', (n) => 'a'.repeat(n)],
    ['words', (n) => 'a '.repeat(n)],
    ['quotes', (n) => '" '.repeat(n)],
    ['open quotes', (n) => '"\n'.repeat(n)],
    ['beginnings of names', (n) => 'Northwind '.repeat(n)],
    ['comments', (n) => '# Allow\n'.repeat(n)],
    ['sentences of one kind', (n) => 'Allow Node A to run Mean on Payroll only if at least 2 of Node A, Node B and Node C sign.\n'.repeat(n / 8)],
    ['sentences that all differ', (n) => Array.from({ length: n / 8 }, (_, i) => `Allow Node A to compute for ${(10_000 + i).toString(36).replace(/[0-9]/g, 'x')} only if Node B signs.`).join('\n')],
    ['groups', (n) => Array.from({ length: n / 8 }, (_, i) => `Define Part ${10_000 + i} as Node A and Node B.`).join('\n')],
    ['limits', (n) => 'Limit each of Node A and Node B to 5 computations of Mean per week Europe/London time for research.\n'.repeat(n / 8)],
    ['no full stop', (n) => 'Allow Node A to compute\n'.repeat(n / 8)],
  ])('%s', (_, text) => {
    const [once, twice] = [stepsOf(text(2_048)), stepsOf(text(4_096))];
    expect(once).toBeGreaterThan(500);
    expect(twice / once).toBeLessThan(LINEAR);
  });

  // Below the length at which a sentence is refused unread.
  test.each<[string, (n: number) => string]>([
    ['words that are no condition', (n) => `Allow Node A to compute if ${'x '.repeat(n)}.`],
    ['a list of nodes', (n) => `Allow ${'Node A, '.repeat(n)}and Node B to compute.`],
    ['signers with verbs', (n) => `Allow Node A to compute if ${'Node B signs and '.repeat(n / 4)}Node C signs.`],
    ['signers without', (n) => `Allow Node A to compute if ${'Node B and '.repeat(n / 4)}Node C sign.`],
    ['lists of lists', (n) => `Allow Node A to compute if ${'at least 2 of Node A, Node B and Node C sign or '.repeat(n / 16)}Node C signs.`],
    ['data', (n) => `Never allow anyone to compute on ${'data tagged health, '.repeat(n / 4)}or Payroll.`],
    ['requirements', (n) => `Every computation must ${'use a malicious-secure protocol and '.repeat(n / 16)}be for research.`],
    ['regions', (n) => `Every computation must run only on nodes in ${'the EU, '.repeat(n / 2)}or UK.`],
    ['who is told', (n) => `After every computation, notify ${'someone from Compliance, '.repeat(n / 8)}and Node C within 1 hour.`],
    ['who changes the policy', (n) => `Policy changes need both ${'Node A and '.repeat(n / 4)}Node C.`],
    ['limits of a limit', (n) => `Limit ${'Node A, '.repeat(n / 2)}and Node B together to 5 computations per day.`],
  ])('in one sentence: %s', (_, text) => {
    const [once, twice] = [stepsOf(text(512)), stepsOf(text(1_024))];
    expect(once).toBeGreaterThan(500);
    expect(twice / once).toBeLessThan(LINEAR);
  });
});
