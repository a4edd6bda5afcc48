import { writeSync } from 'node:fs';
import { isAsStored, StockParties } from './parties.js';

/**
 * A worker that does nothing but fill, take and use, until it is killed; both parties are in it, so that it dies between the line of the one and
 * that of the other too. It says on a pipe which records it uses, when both have taken them.
 */
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
const parties = new StockParties(process.argv[2]);
const left = (): number => parties.offers('look').reduce((least, { batches }) => Math.min(least, batches.reduce((sum, { count, next }) => sum + count - next, 0)), Infinity);

say({ is: 'open', next: parties.offers('look').map(({ batches }) => Object.fromEntries(batches.map(({ batch, next }) => [batch, next]))), codes: [0, 1].flatMap(parties.codes) });
for (let size = 1; ; size = (size * 7) % 61) {
  if (left() < 1_000) await parties.fill(700);
  const { attempt, agreement, taken } = await parties.session([{ kind: 'triples', count: size }]);
  if (agreement.at !== 'agreed') throw new Error(`nothing was agreed: ${agreement.at}`);
  say({ is: 'used', attempt, leases: agreement.leases, asStored: taken.every((records, party) => records!.every((each) => isAsStored(each, { party }))) });
}
