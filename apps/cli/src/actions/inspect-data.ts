import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataReport, type NodeFile } from '#contract';
import { CliError } from '../failure.js';
import { NodeHome } from '../node-home.js';
import { PROCESS } from '../root.js';

export type InspectedDataset = DataReport['datasets'][number];

/** Has the worker's own reader read and check every declared dataset of a node, in a process of its own. @throws CliError CS0909 */
export function inspectData(home: NodeHome, env: NodeJS.ProcessEnv): Promise<readonly InspectedDataset[]> {
  const { datasets, name } = home.settings();
  if (datasets.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [PROCESS.inspect, '--home', home.path], { env: { ...env, COUNTERSIGN_NODE_PASSPHRASE: undefined }, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(DataReport.parse(JSON.parse(stdout)).datasets);
      } catch (cause) {
        reject(new CliError('CS0909', `the data of \`${name}\` could not be inspected`, { help: stderr.trim().split('\n').slice(-3), cause: error ?? cause }));
      }
    });
  });
}

/** The same of a node that has no home yet, so that what it cannot register is told before anything is made. @throws CliError CS05xx, CS06xx, CS0909 */
export async function checkData(settings: NodeFile, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-data-'));
  try {
    const home = new NodeHome(folder);
    home.writeSettings(settings);
    requireData(settings.name, await inspectData(home, env));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws CliError for the first dataset that a worker would refuse */
export function requireData(node: string, inspected: readonly InspectedDataset[]): void {
  for (const dataset of inspected) {
    const failure = dataFailure(node, dataset);
    if (failure) throw failure;
  }
}

/** Data that a worker would refuse, as an error with the reader's own code. */
function dataFailure(node: string, { name, problem }: InspectedDataset): CliError | undefined {
  return problem && new CliError(problem.code, `\`${name}\` of \`${node}\`: ${problem.message}`, { help: problem.help });
}
