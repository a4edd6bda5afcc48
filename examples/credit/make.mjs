// Makes data/*.csv and plaintext.json of this folder: node examples/credit/make.mjs lending_club.csv
// The source is `lending_club` of the R package modeldata, written as CSV (see NOTICE).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [source] = process.argv.slice(2);
if (!source) {
  console.error('usage: node examples/credit/make.mjs lending_club.csv');
  process.exit(3);
}
const COLUMNS = ['annual_inc', 'funded_amnt', 'int_rate', 'revol_util', 'total_bal_il', 'delinq_2yrs', 'inq_last_6mths', 'open_il_12m', 'emp_length', 'term', 'Class'];
const FEATURES = COLUMNS.slice(0, 8);
const BANKS = ['bank-a', 'bank-b', 'bank-c'];
const target = (name) => fileURLToPath(new URL(name, import.meta.url));

const [header, ...lines] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/).map((line) => line.split(',').map((field) => field.replace(/^"(.*)"$/, '$1')));
const rows = lines.map((fields) => Object.fromEntries(COLUMNS.map((column) => [column, fields[header.indexOf(column)]])));
const banks = BANKS.map((_, bank) => rows.filter((_, index) => index % 3 === bank));

mkdirSync(target('data'), { recursive: true });
const writeCsv = (name, columns, table) => writeFileSync(target(`data/${name}.csv`), [columns, ...table.map((row) => columns.map((column) => row[column]))].map((fields) => `${fields.join(',')}\n`).join(''));
BANKS.forEach((name, bank) => writeCsv(name, COLUMNS, banks[bank]));
const weights = fitted(banks[0]);
writeCsv('bank-a-weights', [...FEATURES, 'intercept'], [weights]);

const incomes = rows.map((row) => Number(row.annual_inc));
writeFileSync(target('plaintext.json'), `${JSON.stringify({
  income: { std: deviation(incomes), mean: mean(incomes), count: incomes.length },
  incomeByClass: {
    groups: Object.fromEntries(['good', 'bad'].map((value) => {
      const group = rows.filter((row) => row.Class === value).map((row) => Number(row.annual_inc));
      return [value, { mean: mean(group), count: group.length }];
    })),
  },
  scores: banks[1].map((row) => sum([...FEATURES.map((feature) => Number(row[feature]) * Number(weights[feature])), Number(weights.intercept)])),
}, null, 1)}\n`);

/** Sum with Neumaier's compensation, so that the reference is better than what is held against it. */
function sum(values) {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
function mean(values) {
  return sum(values) / values.length;
}
/** Of the population. */
function deviation(values) {
  const centre = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / values.length);
}

/**
 * Bank A's model: logistic regression of "bad" on its own rows (gradient descent on standardised features, a little L2), in raw units and
 * to six digits. The score is the log-odds of a bad loan.
 */
function fitted(table) {
  const statistics = FEATURES.map((feature) => {
    const values = table.map((row) => Number(row[feature]));
    return { centre: mean(values), spread: deviation(values) };
  });
  const x = table.map((row) => FEATURES.map((feature, j) => (Number(row[feature]) - statistics[j].centre) / statistics[j].spread));
  const y = table.map((row) => (row.Class === 'bad' ? 1 : 0));
  const w = FEATURES.map(() => 0);
  let b = 0;
  for (let step = 0; step < 400; step++) {
    const errors = x.map((features, i) => 1 / (1 + Math.exp(-sum([...features.map((value, j) => value * w[j]), b]))) - y[i]);
    FEATURES.forEach((_, j) => (w[j] -= 0.6 * (mean(errors.map((error, i) => error * x[i][j])) + 0.001 * w[j])));
    b -= 0.6 * mean(errors);
  }
  const raw = w.map((weight, j) => Number((weight / statistics[j].spread).toPrecision(6)));
  const intercept = b - sum(w.map((weight, j) => (weight * statistics[j].centre) / statistics[j].spread));
  return { ...Object.fromEntries(FEATURES.map((feature, j) => [feature, decimal(raw[j])])), intercept: decimal(Number(intercept.toPrecision(6))) };
}

/** Without an exponent, for readers that know none. */
function decimal(value) {
  return value.toFixed(15).replace(/\.?0+$/, '');
}
