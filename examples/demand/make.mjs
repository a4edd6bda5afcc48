// Makes the CSV files of this folder: node examples/demand/make.mjs Chicago.csv
// The source is `Chicago` of the R package modeldata, written as CSV (see NOTICE). A row is a station on a day.
import { readFileSync, writeFileSync } from 'node:fs';

const [source] = process.argv.slice(2);
if (!source) {
  console.error('usage: node examples/demand/make.mjs Chicago.csv');
  process.exit(3);
}
const WEEKS = 60;
const REGIONS = {
  loop: ['Quincy_Wells', 'Clark_Lake', 'Clinton', 'Merchandise_Mart', 'Washington_Wells', 'Monroe', 'Polk'],
  north: ['Belmont', 'Irving_Park', 'Harlem', 'Addison', 'Jefferson_Park', 'Montrose', 'California', 'Western'],
  west: ['Austin', 'Archer_35th', 'Oak_Park', 'Ashland', 'Kedzie'],
};
const [header, ...lines] = readFileSync(source, 'utf8').trimEnd().split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replace(/^"(.*)"$/, '$1')));
const at = (day, column) => Number(lines[day][header.indexOf(column)]);
const dates = lines.map((cells) => cells[header.indexOf('date')]);
const dayOf = new Map(dates.map((date, day) => [date, day]));
const before = (day, days) => dayOf.get(new Date(Date.parse(dates[day]) - days * 86_400_000).toISOString().slice(0, 10));
const last = lines.length - 1;
const first = Date.parse(dates[last]) - (7 * WEEKS - 1) * 86_400_000;
const COLUMNS = ['week', 'riders', 'riders_7', 'riders_14', 'weekend', 'temperature', 'rain', 'game'];
for (const [region, stations] of Object.entries(REGIONS)) {
  const rows = [];
  for (let day = 0; day <= last; day++) {
    const [week, weekday] = [Math.floor((Date.parse(dates[day]) - first) / (7 * 86_400_000)) + 1, new Date(dates[day]).getUTCDay()];
    const [week1, week2] = [before(day, 7), before(day, 14)];
    if (week < 1 || week1 === undefined || week2 === undefined) continue;
    const game = ['Blackhawks_Home', 'Bulls_Home', 'Bears_Home', 'WhiteSox_Home', 'Cubs_Home'].some((team) => at(day, team) === 1);
    for (const station of stations) {
      rows.push([week, at(day, station), at(week1, station), at(week2, station), weekday === 0 || weekday === 6 ? 1 : 0, at(day, 'temp'), at(day, 'weather_rain').toFixed(3), game ? 1 : 0]);
    }
  }
  writeFileSync(new URL(`${region}.csv`, import.meta.url), [COLUMNS, ...rows].map((cells) => `${cells.join(',')}\n`).join(''));
  const range = COLUMNS.map((name, j) => [name, Math.min(...rows.map((row) => Number(row[j]))), Math.max(...rows.map((row) => Number(row[j])))].join(' '));
  console.log(region, rows.length, range.join('; '));
}
