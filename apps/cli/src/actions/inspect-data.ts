import { execFile } from 'node:child_process';
import { DataReport } from '#contract';
import { CliError } from '../failure.js';
import { type NodeHome } from '../node-home.js';
import { PROCESS } from '../root.js';

export type InspectedDataset = DataReport['datasets'][number];

/** Has the worker's own reader read and check every declared dataset of a node, in a process of its own. @throws CliError CS0909 */
export function inspectData(home: NodeHome, env: NodeJS.ProcessEnv): Promise<readonly InspectedDataset[]> {
  if (home.settings().datasets.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROCESS.inspect, '--home', home.path], { env: { ...env, COUNTERSIGN_NODE_PASSPHRASE: undefined }, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(DataReport.parse(JSON.parse(stdout)).datasets);
      } catch (cause) {
        reject(new CliError('CS0909', `the data of \`${home.name}\` could not be inspected`, { help: stderr.trim().split('\n').slice(-3), cause: error ?? cause }));
      }
    });
  });
}

/** Data that a worker would refuse, as an error with the reader's own code. */
export function dataFailure(node: string, { name, problem }: InspectedDataset): CliError | undefined {
  return problem && new CliError(problem.code, `\`${name}\` of \`${node}\`: ${problem.message}`, { help: problem.help });
}
