import { dirname, join, resolve } from 'node:path';
import { type Command } from 'commander';
import { PolicyTestFile } from '#contract';
import { testPolicy, type PolicyTestReport } from '#policy';
import { registryFile } from '../../actions/policy-names.js';
import { compileOrFail } from '../../actions/publish-policy.js';
import { EXIT } from '../../exit.js';
import { CliError } from '../../failure.js';
import { readText } from '../../files.js';
import { loadYaml } from '../../lab/load.js';
import { leaf, type Surroundings } from '../../leaf.js';
import { coverageOf, policyTestLines } from '../../render/policy-tests.js';

const TEST = '.policy-test.yaml';
const POLICY = '.policy';

/** `policy test`: needs nothing but the files. */
export function policyTestCommands(policy: Command, surroundings: Surroundings): void {
  leaf<{ minCoverage?: string }>(policy, surroundings, {
    usage: 'test <files...>',
    summary: 'decide the cases of the `.policy-test.yaml` beside each policy; exit 1 where one is not as expected',
    flags: (command) => command.option('--min-coverage <percent>', 'exit 1 where fewer of the sentences are covered by cases'),
    run: async (cli, files, { minCoverage = '0' }) => {
      if (!/^(100|[0-9]{1,2})$/.test(minCoverage)) throw new CliError('CS0901', `\`${minCoverage}\` is no percentage`, { help: ['write a whole number from 0 to 100'] });
      const reports = files.map((file) => ({ file, ...runTests(file) }));
      const results = reports.map((report) => ({ ...report, coverage: coverageOf(report) }));
      cli.terminal.result(results, () => reports.flatMap((report) => policyTestLines(report.file, report, cli.terminal)));
      const isGood = results.every(({ cases, coverage }) => cases.every(({ passed }) => passed) && coverage >= Number(minCoverage));
      return isGood ? EXIT.done : EXIT.failed;
    },
  });
}

/** The cases beside a policy; `file` is either of both. */
function runTests(file: string): PolicyTestReport {
  const stem = [TEST, POLICY].find((end) => file.endsWith(end));
  if (stem === undefined) throw new CliError('CS0901', `\`${file}\` is neither a \`${POLICY}\` file nor a \`${TEST}\` file`);
  const path = file.slice(0, -stem.length);
  const { registry, ...suite } = loadYaml(`${path}${TEST}`, PolicyTestFile, 'policy test').value;
  const names = typeof registry === 'string' ? registryFile(join(dirname(resolve(file)), registry)) : registry;
  return testPolicy(compileOrFail(readText(`${path}${POLICY}`, 'policy'), names, `${path}${POLICY}`).policy, names, suite);
}
