import { compile, type Compilation } from './compile.js';
import { decide } from './decide/decide.js';
import { facts, payrollMean, policyOf, registry } from './testing/consortium.js';
import { type PolicyFacts, type PolicyJob } from './types.js';

const codesOf = (compiled: Compilation): readonly string[] => (compiled.ok ? ['ok'] : [...new Set(compiled.diagnostics.map(({ code }) => code))]);

describe('hostile text', () => {
  test.each<[string, string, string[]]>([
    ['1 MiB of brackets', '('.repeat(2 ** 20), ['CS0205']],
    ['1 MiB of quotes', '" '.repeat(2 ** 19), ['CS0202']],
    ['open quotes', '"\n'.repeat(2 ** 19), ['CS0206']],
    ['1 MiB of one word', 'a'.repeat(2 ** 20), ['CS0202']],
    ['1 MiB of words', 'a '.repeat(2 ** 19), ['CS0202']],
    ['full stops only', '.'.repeat(2 ** 20), ['ok']],
    ['comments only', '#\n'.repeat(2 ** 19), ['ok']],
    ['over 1 MiB', ' '.repeat(2 ** 20 + 1), ['CS0201']],
    ['over 1 MiB of UTF-8', '# éé'.repeat(2 ** 18), ['CS0201']],
    ['100,000 sentences of nonsense', 'Allow X. '.repeat(100_000), ['CS0214', 'CS0204']],
    ['no full stop anywhere', 'Allow Node A to compute\n'.repeat(20_000), ['CS0202']],
    ['many sentences of 8 KiB', `Allow Node A to compute if ${'x '.repeat(4_000)}. `.repeat(16), ['CS0222']],
    ['deep either', `Allow Node A to compute if ${'either '.repeat(1_100)}Node B signs.`, ['CS0203']],
    ['deep both and either', `Allow Node A to compute if ${'both Node A and either '.repeat(8)}Node B or Node C signs.`, ['CS0222', 'CS0218', 'CS0203']],
    ['too many ways', `Allow Node A to compute if ${registry.nodes.map((node) => `either ${node} signs or at least 2 people from Compliance sign`).join(' and ')}.`, ['CS0203']],
    ['limits without end', `Limit ${'Node A, '.repeat(3_000)}and Node B together to 5 computations per day.`, ['CS0202']],
    ['limits on top of limits', 'Limit everyone to a total epsilon of 4 per quarter. '.repeat(20_000), ['ok']],
    ['a long number', `Limit everyone to a total epsilon of ${'9'.repeat(8_000)} per day.`, ['CS0242']],
    ['a long fraction', `Every computation must use differential privacy with epsilon at most 0.${'0'.repeat(8_000)}1.`, ['CS0242']],
    ['many digits of a count', `Limit Node A to ${'9'.repeat(400)} computations per day.`, ['CS0220']],
    ['notices to very many', `After every computation, notify ${'Node A, '.repeat(3_000)}and Node C within 1 hour.`, ['CS0202']],
    ['too many ways to change the policy', `Policy changes need ${registry.nodes.map((node) => `either ${node} or at least 2 people from Compliance`).join(' and ')}.`, ['CS0203']],
    ['a day of a very far year', 'Allow Node A to compute until 1 October 99999.', ['CS0237']],
    ['a duty that no clock reaches', 'After every computation, notify Node A within 999999999 weeks. Results must be deleted after 999999999 weeks.', ['CS0245']],
    ['a duty in a hundred years', 'Results must be deleted after 36525 days.', ['ok']],
    ['many weeks', 'Signatures expire after 999999999 weeks.', ['ok']],
    ['a long chain of groups', `${Array.from({ length: 2_000 }, (_, i) => `Define Part ${i} x as Part ${i + 1} x.`).join('\n')}\nDefine Part 2000 x as Node A.`, ['CS0203', 'CS0204']],
  ])('%s', (_, source, codes) => {
    expect(codesOf(compile(source, registry)).filter((code) => !codes.includes(code))).toEqual([]);
  });

  test('10,000 sentences compile', () => {
    const source = 'Allow Node A to run Mean on Payroll only if at least 2 of Node A, Node B and Node C sign.\n'.repeat(10_000);
    expect(policyOf(source).rules).toHaveLength(10_000);
  });

  test('after 200 mistakes it says that there are more', () => {
    const compiled = compile('Allow X. '.repeat(1_000), registry);
    expect(compiled.ok ? [] : compiled.diagnostics).toHaveLength(201);
    expect(compiled.ok ? '' : compiled.diagnostics.at(-1)?.code).toBe('CS0204');
  });
});

describe('text that reads differently from what it says', () => {
  const names = { ...registry, nodes: [...registry.nodes, 'Caf\u00e9', 'Nai\u0308ve'] };
  const saying = (source: string) => {
    const compiled = compile(source, names);
    return compiled.ok ? compiled.policy.rules.length : compiled.diagnostics.map(({ code, message, span }) => `${code} ${span.start.offset} ${/U\+[0-9A-F]+/.exec(message)?.[0] ?? message}`);
  };

  test.each([
    ['a zero-width space', 'Allow Node\u200b A to compute.', ['CS0205 10 U+200B']],
    ['a zero-width joiner inside a word', 'Al\u200dlow Node A to compute.', ['CS0205 2 U+200D']],
    ['a mark that turns the text round', 'Allow \u202eNode A to compute.', ['CS0205 6 U+202E']],
    ['a right-to-left mark in quotes', 'Allow "Node A\u200f" to compute.', ['CS0205 13 U+200F']],
    ['an isolate in a comment', 'Allow Node A to compute. # \u2066', ['CS0205 27 U+2066']],
    ['a byte order mark that is not first', 'Allow \ufeffNode A to compute.', ['CS0205 6 U+FEFF']],
    ['a tag character', 'Allow Node A\u{e0042} to compute.', ['CS0205 12 U+E0042']],
    ['a tag character in a comment', '# \u{e0042}\nAllow Node A to compute.', ['CS0205 2 U+E0042']],
    ['NUL', 'Allow Node A\0 to compute.', ['CS0205 12 U+0000']],
    ['a vertical tab', 'Allow Node A\vto compute.', ['CS0205 12 U+000B']],
    ['a carriage return that lets a comment look like a sentence', '# why\rNever allow Node A to compute.\nAllow Node A to compute.', ['CS0205 5 U+000D']],
    ['a carriage return inside a name', 'Allow Node\rA to compute.', ['CS0205 10 U+000D']],
    ['a carriage return between words', 'Allow Node A to\rcompute.', ['CS0205 15 U+000D']],
    ['a carriage return in quotes', 'Allow "Node\rA" to compute.', ['CS0205 11 U+000D']],
    ['a soft hyphen', 'Allow Node A to com\u00adpute.', ['CS0205 19 U+00AD']],
    ['a combining mark', 'Allow Node A\u0301 to compute.', ['CS0205 12 U+0301']],
    ['a Cyrillic letter in a keyword', 'All\u043ew Node A to compute.', ['CS0205 3 U+043E']],
    ['a Greek letter in a name', 'Allow Node \u0391 to compute.', ['CS0205 11 U+0391']],
    ['a sign for degrees Kelvin', 'Allow Node A to run \u212a.', ['CS0205 20 U+212A']],
    ['a long s', 'Allow Node A to compute if Node B \u017fign\u017f.', ['CS0205 34 U+017F']],
    ['a full stop of another script', 'Allow Node A to compute\u3002', ['CS0205 23 U+3002']],
    ['the marks of the mask', 'Allow \ue000 to compute on "\ue001".', ['CS0205 6 U+E000']],
    ['a registered name in another normal form', 'Allow Cafe\u0301 to compute.', ['CS0205 10 U+0301']],
    ['another one, in quotes', 'Allow "Na\u00efve" to compute.', ['CS0205 9 U+00EF']],
    ['half a character', 'Allow Node \ud800A to compute.', ['CS0205 11 U+D800']],
  ])('is refused with its code point: %s', (_, source, refused) => {
    expect(saying(source)).toEqual(refused);
  });

  test.each([
    ['a byte order mark first', '\ufeffAllow Node A to compute.'],
    ['line ends of Windows', 'Allow Node A\r\n  to compute.\r\n'],
    ['tabs', '\tAllow\tNode\tA\tto\tcompute.'],
    ['a registered name with letters beyond ASCII', 'Allow Caf\u00e9 to compute.'],
    ['one that is registered with a combining mark', 'Allow "Nai\u0308ve" to compute.'],
  ])('is read: %s', (_, source) => {
    expect(saying(source)).toBe(1);
  });
});

describe('names that look like words of the language', () => {
  const names = { ...registry, nodes: ['May', 'Only', 'Never', 'A', 'B', 'C', 'Data Owners', 'or'] };
  const whoMay = (source: string) => {
    const compiled = compile(source, names);
    return compiled.ok ? compiled.policy.rules.map(({ rule }) => (rule.kind === 'permit' || rule.kind === 'forbid' ? rule.scope.who : [])) : codesOf(compiled);
  };

  test('are names where only that makes sense', () => {
    expect(whoMay('Allow May to compute. May may compute only if Only signs. Never allow Never to compute.')).toEqual([['May'], ['May'], ['Never']]);
    expect(whoMay('A may compute if at least 2 of A, B and C sign.')).toEqual([['A']]);
    expect(whoMay('Allow "or" to compute only if a majority of "Data Owners" sign.')).toEqual([['or']]);
  });

  test('are words where they are written as words', () => {
    expect(whoMay('Allow B to compute only if a majority of data owners sign.')).toEqual([['B']]);
    expect(codesOf(compile('Allow or to compute.', names))).toEqual(['CS0208']);
  });

  test('are refused where both make sense, or too many might', () => {
    expect(codesOf(compile(`Allow ${'A, '.repeat(8)} and A to compute.`, names))).toEqual(['CS0224']);
    expect(codesOf(compile('Allow A to compute only if any of Data Owners signs.', names))).toEqual(['CS0224']);
  });
});

describe('a request that lacks what a rule speaks of', () => {
  const policy = policyOf('Allow anyone to compute. Never allow anyone to compute on data tagged biometric. Allow Node A to run Sum only if Node B signs.');
  const broken = (changed: object): PolicyJob => ({ ...payrollMean, ...changed }) as PolicyJob;

  test.each([
    ['no inputs', broken({ inputs: [] })],
    ['inputs that are no list', broken({ inputs: undefined })],
    ['an input without tags', broken({ inputs: [{ node: 'Node A', dataset: 'Payroll' }] })],
    ['an input that is nothing', broken({ inputs: [null] })],
    ['no receivers', broken({ receivers: [] })],
    ['no requester', broken({ requester: undefined })],
    ['nothing', undefined as unknown as PolicyJob],
  ])('is denied, never an exception: %s', (_, job) => {
    const decision = decide(policy, job, facts('Node B'));
    expect(decision.outcome).toBe('deny');
    expect(decision.signaturesHelp).toBe(false);
  });

  test('a forbid that cannot be evaluated denies, and says so', () => {
    const { rules } = decide(policy, broken({ inputs: [{ node: 'Node A', dataset: 'Payroll' }] }), facts());
    expect(rules.map(({ sentence, why }) => `${sentence} ${why}`)).toEqual(['Never allow anyone to compute on data tagged biometric. this sentence cannot be evaluated for this request, so it denies']);
  });

  test('a permit that cannot be evaluated permits nothing, and others still do', () => {
    const two = policyOf('Allow anyone to compute on data tagged hr. Allow anyone to compute.');
    expect(decide(two, broken({ inputs: [{ node: 'Node A', dataset: 'Payroll' }] }), facts()).outcome).toBe('allow');
    expect(decide(policyOf('Allow anyone to compute on data tagged hr.'), broken({ inputs: [{ node: 'Node A', dataset: 'Payroll' }] }), facts()).outcome).toBe('deny');
  });

  test('missing signers deny where a signature is needed', () => {
    const nobody = { now: '', signatures: [], signers: undefined } as unknown as PolicyFacts;
    expect(decide(policyOf('Allow Node A to compute only if Node B signs.'), payrollMean, nobody).outcome).toBe('deny');
  });

  test('a rule of a later language denies', () => {
    const later = { ...policy, rules: [...policy.rules, { rule: { kind: 'moon-phase' } as never, source: { line: 9, column: 1, sentence: 'Compute at full moon only.' } }] };
    expect(decide(later, payrollMean, facts()).outcome).toBe('deny');
  });
});
