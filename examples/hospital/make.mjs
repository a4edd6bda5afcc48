// Makes the CSV files of this folder: node examples/hospital/make.mjs wdbc.csv
// The source is breast_cancer.csv of scikit-learn with column names (see NOTICE).
import { readFileSync, writeFileSync } from 'node:fs';

const [source] = process.argv.slice(2);
if (!source) {
  console.error('usage: node examples/hospital/make.mjs wdbc.csv');
  process.exit(3);
}
const [header, ...rows] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/).map((line) => line.split(','));
const means = header.filter((name) => name.endsWith('_mean'));
const names = means.map((name) => name.replace(/_mean$/, ''));
for (const [hospital, name] of ['northfield', 'riverside', 'st_mary'].entries()) {
  const own = rows.filter((_, row) => row % 3 === hospital).map((cells) => [...means.map((mean) => cells[header.indexOf(mean)]), cells[header.indexOf('benign')] === '1' ? 'benign' : 'malignant']);
  writeFileSync(new URL(`${name}.csv`, import.meta.url), [[...names, 'diagnosis'], ...own].map((cells) => `${cells.join(',')}\n`).join(''));
}
