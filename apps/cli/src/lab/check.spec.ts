import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliError } from '../failure.js';
import { loadLab } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-lab-spec-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'rows.csv'), 'x\n1\n');
writeFileSync(join(folder, 'a.policy'), 'Allow North to run Mean on Rows.\n');

const LAB = `title: T
nodes:
  North:
    region: EU
    people: { Ana Lopez: [Compliance] }
    datasets:
      Rows:
        from: rows.csv
        columns:
          x: { type: number, min: 0, max: 10 }
  South:
    region: UK
policy: a.policy
steps:
  - request: { id: m, as: North, program: Mean, dataset: Rows, nodes: [North], parameters: { column: x }, receivers: [North] }
    expect: authorised
  - wait: { job: m }
    expect: released
`;

function load(text: string) {
  const path = join(folder, 'lab.yaml');
  writeFileSync(path, text);
  return loadLab(path);
}
function refusal(from: string, to: string) {
  expect(LAB).toContain(from);
  try {
    load(LAB.replace(from, to));
  } catch (error) {
    const { code, details } = error as CliError;
    const [{ message, span, help }] = details.diagnostics ?? [];
    return { code, message, at: `${span.start.line}:${span.start.column}`, help: help[0] };
  }
  throw new Error('nothing was refused');
}

describe('a lab file', () => {
  it('is read with defaults and the place of each step', () => {
    const lab = load(LAB);
    expect(lab.value.steps[1].wait).toEqual({ job: 'm', timeout: 60 });
    expect(lab.value.nodes.South.datasets).toEqual({});
    expect(lab.lineOf(['steps', 1])).toBe(17);
  });

  it.each([
    ['an unknown key at the top', 'policy:', 'polcy:', { code: 'CS0911', message: '`polcy` is not known here', at: '13:1', help: 'did you mean `policy`?' }],
    ['an unknown key of a node', 'region: EU', 'regoin: EU', { code: 'CS0911', message: '`regoin` is not known here', at: '4:5', help: 'did you mean `region`?' }],
    ['an unknown key of a dataset', 'from: rows.csv', 'form: rows.csv', { code: 'CS0911', message: '`form` is not known here', at: '8:9', help: 'did you mean `from`?' }],
    ['an unknown key of a request', 'receivers:', 'receiver:', { code: 'CS0911', at: '15:107', help: 'did you mean `receivers`?' }],
    ['a state that is none', 'expect: released', 'expect: relesed', { code: 'CS0912', message: expect.stringMatching(/^`steps\.1\.expect`: `relesed` is none of `submitted`, /), at: '18:13', help: 'did you mean `released`?' }],
    ['a range that is none', 'max: 10', 'max: ten', { code: 'CS0912', message: '`nodes.North.datasets.Rows.columns.x.max`: a number is expected here', at: '10:43' }],
    ['a profile that is none', 'receivers:', 'assumptions: no-lpm, receivers:', { code: 'CS0912', message: '`steps.0.request.assumptions`: `no-lpm` is none of `any`, `no-lpn` and `module-lwe-only`', help: 'did you mean `no-lpn`?' }],
    ['a column of no type', 'type: number', 'type: nmber', { code: 'CS0912', message: '`nodes.North.datasets.Rows.columns.x.type`: a column has a `type`: `number`, `integer`, `category` or `key`', at: '10:22' }],
    ['a column of no range', ', max: 10', '', { code: 'CS0912', message: '`max` is missing', at: '10:11' }],
    ['a missing value', '    region: UK\n', '    datasets: {}\n', { code: 'CS0912', message: '`region` is missing', at: '11:3' }],
    ['a step with two verbs', '  - wait: { job: m }', '  - wait: { job: m }\n    sign: { as: North, job: m }', { code: 'CS0912' }],
    ['a step with no verb', '  - wait: { job: m }\n    expect', '  - expect', { code: 'CS0912' }],
    ['inputs given in both forms', 'dataset: Rows,', 'dataset: Rows, inputs: [],', { code: 'CS0912', at: '15:14' }],
    ['a node that is none', 'as: North', 'as: Nroth', { code: 'CS0913', message: '`Nroth` is no node of this lab', at: '15:27', help: 'did you mean `North`?' }],
    ['somebody who is nobody here', '  - wait: { job: m }\n    expect: released', '  - sign: { as: Ana Lopes of North, job: m }', { code: 'CS0913', message: '`Ana Lopes of North` is no node of this lab and no person of one', at: '17:17', help: 'did you mean `Ana Lopez of North`?' }],
    ['a person who asks for a computation', 'as: North', 'as: Ana Lopez of North', { code: 'CS0913', message: '`Ana Lopez of North` is no node of this lab' }],
    ['a person whose name could be another’s', 'Ana Lopez:', 'Ana of Lopez:', { code: 'CS0912' }],
    ['a dataset that is none', 'dataset: Rows', 'dataset: Row', { code: 'CS0913', at: '15:58', help: 'did you mean `Rows`?' }],
    ['a job that nobody asked for', 'wait: { job: m }', 'wait: { job: n }', { code: 'CS0913', at: '17:18' }],
    ['a policy file that is missing', 'policy: a.policy', 'policy: b.policy', { code: 'CS0908', at: '13:9' }],
    ['a data file that is missing', 'from: rows.csv', 'from: row.csv', { code: 'CS0908', at: '8:15' }],
    ['both from and sql', 'from: rows.csv', 'from: rows.csv\n        sql: select 1', { code: 'CS0912' }],
    ['a key given twice', 'title: T', 'title: T\ntitle: U', { code: 'CS0910', at: '2:1' }],
    ['text that is not YAML', 'title: T', 'title: [', { code: 'CS0910' }],
    ['a node name that cannot be one', '  South:', '  "South\\u200b":', { code: 'CS0912' }],
  ])('is refused for %s, with the place', (_what, from, to, expected) => {
    expect(refusal(from, to)).toMatchObject(expected);
  });

  it('may name what does not exist where it expects the error', () => {
    expect(() => load(LAB.replace('dataset: Rows', 'dataset: Row').replace('expect: authorised', 'expect_error: CS0611'))).not.toThrow();
  });

  it('is refused when two requests have one id', () => {
    const twice = LAB.split('\n').find((line) => line.includes('request:'));
    expect(refusal('  - wait: { job: m }\n    expect: released', twice ?? '')).toMatchObject({ code: 'CS0914' });
  });
});
