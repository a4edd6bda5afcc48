import { type Expression, program } from '../author.js';
import { type DatasetDescriptor, type PlanRequest, type ProgramDefinition, planJob } from '../index.js';

const NODES = ['A', 'B'];
const columns = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, { type: 'number' as const, min: 0, max: 100 }]));
const dataset = (node: string, maxRows: number): DatasetDescriptor => ({ name: 'Rows', node, tags: [], maxRows, columns });
const plan = (definition: ProgramDefinition, { maxRows = 4, parameters = {} }: { readonly maxRows?: number; readonly parameters?: PlanRequest['parameters'] } = {}): unknown => planJob({
  program: definition.name, definition, parameters, parties: NODES, receivers: ['A'], minimumGroup: 0, datasets: NODES.map((node) => dataset(node, maxRows)),
  inputs: NODES.map((node) => ({ node, dataset: 'Rows', role: 'rows' })),
});
const after = (times: number, step: (x: Expression) => Expression): ProgramDefinition => program({ name: 'Long', opens: 'One number.' }, ({ rows, open }) => {
  open('x', Array.from({ length: times }).reduce<Expression>((x) => step(x), rows.column('x0')).sum());
});
const refused = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('a program of somebody else is planned within bounds', () => {
  it('ranges that double with every step are refused at the first that no suite has words for', () => {
    // A few more squares, and there would be no memory for the ranges and no answer.
    expect(() => plan(after(12, (x) => x.squared()))).toThrow(expect.objectContaining({ code: 'CS0633', message: expect.stringContaining('of every suite') as string }) as Error);
    expect(() => plan(after(60, (x) => x.plus(x)))).toThrow(refused('CS0633'));
  });

  it.each([[1e300], [-1e300]])('an end of a range that is not finite at its scale is no range: %d', (end) => {
    expect(() => plan(after(1, (x) => x.within(Math.min(end, 0), Math.max(end, 0)).within(-1.7e308, 1.7e308)))).toThrow(refused('CS0629'));
  });

  it('all steps together make so many elements, and comparators count for several', () => {
    const maxRows = 2 ** 20;
    expect(() => plan(after(40, (x) => x.negated()), { maxRows })).not.toThrow();
    expect(() => plan(after(100, (x) => x.negated()), { maxRows })).toThrow(refused('CS0628'));
    expect(() => plan(after(1, (x) => x.sort()), { maxRows: 2 ** 12 })).not.toThrow();
    expect(() => plan(after(1, (x) => x.sort()), { maxRows })).toThrow(refused('CS0628'));
    expect(() => plan(after(1, (x) => x.median()), { maxRows })).toThrow(refused('CS0628'));
  });

  it('a parameter that names many columns is not taken many times over', () => {
    const wide = program({ name: 'Wide', opens: 'One number.', parameters: { columns: { kind: 'columns', meaning: 'columns' } } }, ({ rows, parameters, open }) => {
      open('x', rows.columns([parameters.columns, parameters.columns]).sum());
    });
    const some = (count: number): string[] => Object.keys(columns).slice(0, count);
    expect(() => plan(wide, { parameters: { columns: some(100) } })).not.toThrow();
    expect(() => plan(wide, { parameters: { columns: some(200) } })).toThrow(refused('CS0672'));
  });
});
