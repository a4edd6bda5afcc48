import { interpretInstructions, rowsJob } from '#testing';
import { evaluateLocal, planJob, type PlanRequest, type SuiteName, suiteValueBits } from '../index.js';

const declared = {
  x: { type: 'number', min: 10, max: 20 }, y: { type: 'integer', min: 0, max: 100 }, g: { type: 'category', values: ['a', 'b'] }, h: { type: 'category', values: ['u', 'v', 'w'] }, bad: { type: 'integer', min: 0, max: 1 },
} as const;
const rows = { x: [10, 20, 12.5, 13, 19, 11], y: [0, 100, 50, 20, 7, 9], g: ['a', 'b', 'a', 'a', 'b', 'b'], h: ['u', 'v', 'w', 'v', 'u', 'u'], bad: [0, 1, 0, 1, 1, 0] };
const PROGRAMS: readonly (readonly [string, PlanRequest['parameters']])[] = [
  ['Count', {}], ['Sum', { column: 'x' }], ['Mean', { column: 'y' }], ['Standard Deviation', { column: 'x' }], ['Histogram', { column: 'g' }], ['Binned Histogram', { column: 'y', edges: '0,20,50,100' }], ['Group Mean', { column: 'x', by: 'g' }],
  ['Variance', { column: 'x' }], ['Covariance', { columns: 'x,y' }], ['Correlation', { columns: 'x,y' }], ['Two-Way Table', { row: 'g', column: 'h' }], ['Chi-Square', { row: 'g', column: 'h' }],
  ['T-Test', { column: 'x', by: 'g', first: 'a', second: 'b' }], ['Median', { column: 'y' }], ['Quantiles', { column: 'x' }], ['Linear Regression', { target: 'x', features: 'y,g' }], ['Logistic Regression', { label: 'bad', features: 'x,g', steps: 1 }],
  ['Demand Forecast', { demand: 'x', features: 'y', period: 'bad', test: 'bad = 1' }],
];

/** What is added at the top of a word is gone once the word is multiplied by a power of two, so that only what is looked at as it was shared is looked at. */
describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('on %s, whatever is added to an element that is shared', (suite) => {
  it.each(PROGRAMS)('names its owner before %s of %j makes anything of it', (program, parameters) => {
    const { request, tableOf } = rowsJob({ program, declared, rows, maxRows: 2, parameters: { ...parameters, check: 'shares' }, suite });
    const plan = { ...planJob({ ...request, rows: request.datasets.map(({ node, name }) => ({ node, dataset: name, rows: 2 })) }), outputs: [] };
    const elements = new Map(plan.inputs.map((input) => [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(suite)), (word) => BigInt.asIntN(64, word)) : []]));
    expect(() => interpretInstructions(plan, elements)).not.toThrow();
    for (const { name, party, range } of plan.inputs.filter((input) => input.party === 1)) {
      const own = elements.get(name)!;
      const widest = (BigInt(range!.max) - BigInt(range!.min)).toString(2).length;
      const powers = [widest, Math.floor((widest + 63) / 2), suite === 'shamir-p61' ? 60 : 63];
      powers.forEach((power, i) => {
        const place = (i * 7) % own.length;
        expect(() => interpretInstructions(plan, new Map(elements).set(name, own.with(place, BigInt.asIntN(64, own[place]! + (1n << BigInt(power))))))).toThrow(`declaration of ${party}`);
      });
    }
  });
});
