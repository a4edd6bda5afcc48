import { compile } from './compile.js';
import { type PolicyRegistry } from './types.js';

const registry: PolicyRegistry = {
  nodes: ['Node A', 'Node B', 'St Mary', 'Riverside'],
  datasets: [{ name: 'Faces', node: 'Node B', tags: ['biometric'] }],
  programs: ['Row Export', 'Mean'],
  roles: [],
};

const rulesOf = (source: string) => {
  const compiled = compile(source, registry);
  if (!compiled.ok) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  return compiled.policy.rules.map(({ rule }) => rule);
};

describe('the compiler', () => {
  test('compiles a permission that hangs on a signature', () => {
    expect(rulesOf('Allow Node A to compute only if Node B signs.')).toEqual([
      { kind: 'permit', scope: { who: ['Node A'] }, when: { quorum: { need: 1, of: [{ node: 'Node B' }] } }, binding: true },
    ]);
  });

  test('reports every mistake of a file in order', () => {
    const compiled = compile('Allow Node A to compute only if Nodee B signs.\nNode A should compute.\n', registry);
    expect(compiled.ok ? [] : compiled.diagnostics.map(({ code, span }) => `${code} ${span.start.line}:${span.start.column}`)).toEqual(['CS0214 1:33', 'CS0211 2:8']);
  });
});
