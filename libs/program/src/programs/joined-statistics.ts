import { type ProgramData, defineProgram } from '../definition.js';
import { type Plan } from '../plan.js';
import { type ResultValue, type TensorResult } from '../result.js';
import { TensorBuilder } from '../tensor/builder.js';
import { NO_SPREAD, NUMERIC, OF, TOO_FEW } from './common.js';
import { Floating, floatingOf } from './floating.js';
import { checkedMoments } from './checked-join.js';
import { featuresOfTable, integersOf, joinedMoments, KEY, requireMatches, tableRole, tablesOf } from './join.js';
import { type Method } from './method.js';
import { diagonalOf, divisorOf, spreadsOf } from './moments.js';
import { CHECK } from './quality.js';

const FORM = {
  v: 1,
  roles: [tableRole('left', { namedBy: 'left', types: NUMERIC }), tableRole('right', { namedBy: 'right', types: NUMERIC })],
  parameters: [
    KEY,
    { name: 'left', kind: 'columns', meaning: 'columns of numbers of the left table' },
    { name: 'right', kind: 'columns', meaning: 'columns of numbers of the right table' },
    OF,
    CHECK,
  ],
  rowCounts: 'hidden',
  minimumGroup: 'checked',
} as const satisfies Partial<ProgramData>;

export const JOINED_STATISTICS = defineProgram({
  ...FORM,
  name: 'Joined Statistics',
  opens: 'The receivers learn, over the rows of two tables, each of another data owner, that have the same key: how many these are, the mean and the variance of some columns of either table, and the covariance and the correlation of every column of the one with every column of the other, to about seven digits, or which have none; and nothing else: neither which rows these are nor how many rows the tables have.',
  computation: { kind: 'tensor', method: 'joined-statistics/1' },
});

/** A program of its own, so that a policy can allow this one alone. */
export const HIDDEN_MATCH_STATISTICS = defineProgram({
  ...FORM,
  name: 'Hidden Match Statistics',
  opens: 'The receivers learn, over the rows of two tables, each of another data owner, that have the same key: the mean and the variance of some columns of either table, and the covariance and the correlation of every column of the one with every column of the other, to about seven digits, or which have none, as where there is no such row or only one; and nothing else: neither how many or which rows these are nor how many rows the tables have.',
  computation: { kind: 'tensor', method: 'hidden-match-statistics/1' },
});

const statistics = (opensCount: boolean): Method => ({
  plan(bound, { minimumGroup }) {
    const { left, right, most } = tablesOf(bound);
    const builder = new TensorBuilder();
    const [ofLeft, ofRight] = [featuresOfTable(left, 'left', bound.values.left as readonly string[]), featuresOfTable(right, 'right', bound.values.right as readonly string[])];
    const size = ofLeft.length + ofRight.length;
    const momentsOf = bound.values.check === 'shares' ? checkedMoments : joinedMoments;
    const { count, means, comoments, least } = momentsOf(builder, bound, ofLeft, ofRight, new Set([...integersOf(left, ofLeft), ...integersOf(right, ofRight)]));
    requireMatches(builder, count.n, most, minimumGroup);
    const { divisor, valid } = divisorOf(count, bound.parameters.of!, most);
    const any = count.n.atLeast(1);
    const { spread, squares } = spreadsOf(diagonalOf(comoments), least);
    if (opensCount) builder.output('count', count.n);
    else builder.output(ANY, any);
    builder.output('valid', valid);
    builder.output('means', means.times(any, { fractionBits: means.fractionBits }));
    Floating.of(squares).times(divisor.inverse).open(builder, 'variances', spread.times(valid, { fractionBits: 0 }));
    const between = comoments.slice(0, 0, ofLeft.length).slice(1, ofLeft.length, size).reshape([ofLeft.length * ofRight.length]);
    Floating.of(between).times(divisor.inverse).open(builder, 'covariances', valid);
    return builder.body();
  },
  result(opened, plan): TensorResult {
    const columns = columnsOf(plan);
    const [left, right] = (['left', 'right'] as const).map((side) => columns.filter((column) => column.side === side)) as [Column[], Column[]];
    const isAny = opened.number(opensCount ? 'count' : ANY) > 0;
    const has = opened.number('valid') === 1;
    const variances = floatingOf(opened, 'variances').map((value, i) => (value === 0 ? null : value * 4 ** columns[i]!.exponent));
    const covariances = floatingOf(opened, 'covariances');
    const means = opened.numbers('means').map((mean, i) => (!isAny ? null : mean * 2 ** columns[i]!.exponent + columns[i]!.offset));
    /** By left column, then by right one. */
    const between = (value: (l: number, r: number, covariance: number) => number | null): ResultValue => Object.fromEntries(left.map((one, l) => [one.name, Object.fromEntries(right.map((other, r) =>
      [other.name, has ? value(l, left.length + r, covariances[l * right.length + r]! * 2 ** (one.exponent + other.exponent)) : null]))]));
    const ofTable = (table: readonly Column[], first: number): ResultValue => Object.fromEntries(table.map(({ name }, i) => [name, { mean: means[first + i]!, variance: variances[first + i]! }]));
    return {
      ...(opensCount && { count: opened.number('count') }), left: ofTable(left, 0), right: ofTable(right, left.length), covariance: between((_, __, covariance) => covariance),
      correlation: between((l, r, covariance) => {
        const [a, b] = [variances[l], variances[r]];
        return a == null || b == null ? null : Math.max(-1, Math.min(1, covariance / Math.sqrt(a * b)));
      }),
      ...(!has ? { why: TOO_FEW } : variances.includes(null) && { why: NO_SPREAD }),
    };
  },
});

export const joinedStatistics = statistics(true);
export const hiddenMatchStatistics = statistics(false);

/** Whether any row matches, where it is not said how many. */
const ANY = 'any';

interface Column {
  readonly side: 'left' | 'right';
  readonly name: string;
  readonly offset: number;
  readonly exponent: number;
}

/** The columns that were joined, a first limb for each. */
const columnsOf = ({ join }: Plan): Column[] => join!.columns.flatMap(({ side, column, as, limb }) =>
  ('exponent' in column && as !== 'total' && (limb?.index ?? 0) === 0 ? [{ side, name: column.column, offset: Number(column.offset), exponent: column.exponent }] : []));
