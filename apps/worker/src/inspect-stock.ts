import { parseArgs } from 'node:util';
import { peekStock } from './stock/index.js';

/** Prints a `StockReport` of a node home: no key is opened, and a worker may be at work beside. */
const { values } = parseArgs({ options: { home: { type: 'string' } } });
if (values.home === undefined) {
  console.error('usage: inspect-stock --home <node home>');
  process.exit(3);
}
console.log(JSON.stringify(peekStock(values.home)));
