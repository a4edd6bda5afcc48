import { column, number, program } from 'countersign/program';

export default program({
  name: 'Share Above',
  opens: 'The receivers learn which share of the rows of all owners together lies above a limit, and nothing else.',
  parameters: { column: column('the column of numbers'), limit: number('the limit') },
}, ({ rows, parameters, open }) => {
  const above = rows.column(parameters.column).greaterThan(parameters.limit).times(rows.present);
  open('share', above.sum().dividedBy(rows.count));
});
