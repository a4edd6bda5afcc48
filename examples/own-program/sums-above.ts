import { column, columns, number, program } from 'countersign/program';

export default program({
  name: 'Sums Above',
  opens: 'The receivers learn the sum of each of some columns over those rows of all owners together where another column lies above a limit, and nothing else.',
  parameters: { of: columns('the columns that are added up'), by: column('the column that is held against the limit'), limit: number('the limit', { least: '0', most: '1000000', default: '0' }) },
}, ({ rows, parameters, open }) => {
  const above = rows.column(parameters.by).greaterThan(parameters.limit).times(rows.present);
  open('sums', rows.columns(parameters.of).transpose().matmul(above.reshape([rows.size, 1])));
});
