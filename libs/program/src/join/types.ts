import { type JoinColumn, type Plan, type PlanJoin } from '../plan.js';
import { PlanError } from '../errors.js';
import { type TensorType, malformed } from '../tensor/operator.js';
import { MAX_JOIN_ROWS, joinBins } from './shape.js';

/** What a plan's join defines, in order: `match`, and then its columns. Throws CS0629 and CS0642. */
export function joinTypes({ join, suite, parties }: Plan): (TensorType & { readonly name: string })[] {
  if (!join) return [];
  const { left, right, match, columns } = join;
  if (suite !== 'additive-z64') throw new PlanError('CS0642', `tables are joined with \`additive-z64\`, not with \`${suite}\``, ['ask for the suite `additive-z64`, or for none']);
  for (const { party, maxRows } of [left, right]) {
    if (!(party in parties)) throw malformed('a table of a join belongs to no party');
    if (!Number.isSafeInteger(maxRows) || maxRows < 1) throw malformed('a table of a join has no bound of rows');
    if (maxRows > MAX_JOIN_ROWS) throw new PlanError('CS0642', `a table of up to ${maxRows} rows is joined, and at most ${MAX_JOIN_ROWS} can be`);
  }
  if (left.party === right.party) throw malformed('both tables of a join belong to one party');
  const shape = [joinBins(left.maxRows)];
  return [
    { name: match, shape, fractionBits: 0, range: { min: 0n, max: 1n } },
    ...columns.map((column) => ({ name: column.name, ...joinColumnType({ left, right }, column) })),
  ];
}

/** Throws CS0629 for a column that cannot be had. */
export function joinColumnType({ left, right }: Pick<PlanJoin, 'left' | 'right'>, { name, side, as, fractionBits, range }: JoinColumn): TensorType {
  const [min, max] = [BigInt(range.min), BigInt(range.max)];
  if (as === 'own' && side === 'right') throw malformed(`\`${name}\` is a right column, of which there is nothing but where rows match`);
  const most = as === 'total' ? BigInt(Math.min(left.maxRows, right.maxRows)) : 1n;
  return { shape: [as === 'total' ? 1 : joinBins(left.maxRows)], fractionBits, range: { min: min < 0n ? most * min : 0n, max: max > 0n ? most * max : 0n } };
}
