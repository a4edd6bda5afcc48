import { execFile } from 'node:child_process';
import { StockReport } from '#contract';
import { CliError } from '../failure.js';
import { type NodeHome } from '../node-home.js';
import { PROCESS } from '../root.js';

/** What the worker's own reader says of the stock of a node, in a process of its own; no key is needed. @throws CliError CS0909 */
export function inspectStock(home: NodeHome): Promise<StockReport> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROCESS.inspectStock, '--home', home.path], { env: { PATH: process.env.PATH }, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(StockReport.parse(JSON.parse(stdout)));
      } catch (cause) {
        reject(new CliError('CS0909', `the stock of \`${home.name}\` could not be inspected`, { help: stderr.trim().split('\n').slice(-3), cause: error ?? cause }));
      }
    });
  });
}
