import { join, relative } from 'node:path';
import { type Cli } from '../cli.js';
import { EXIT, type ExitCode } from '../exit.js';
import { CliError } from '../failure.js';
import { shellWord } from '../invocation.js';
import { loadLab, type LoadedLab } from '../lab/check.js';
import { finish, keptNote, reportsOf } from '../lab/finish.js';
import { Narrator } from '../lab/narrator.js';
import { type LabReport } from '../lab/report.js';
import { runLab } from '../lab/run-lab.js';
import { didYouMean } from '../nearest.js';
import { tableLines } from '../render/table.js';
import { bytesText, numberText, secondsText } from '../render/units.js';
import { ROOT } from '../root.js';
import { compare, type Compared } from './compare.js';
import { plaintextOf } from './plaintext.js';

/** Each demo with what nobody saw in it but its owner, which is how it ends. */
export const DEMOS: Readonly<Record<string, string>> = {
  credit: 'Nobody saw a loan of another bank, or Bank A’s weights: only the figures above were opened, to Bank A alone.',
  hospital: 'Nobody saw a biopsy of another hospital, nor a sum over them; of the second model nobody saw a coefficient, and nobody but St Mary what it says.',
  demand: 'Nobody saw a day of another region, nor what it alone would forecast: only the model, its errors and the weeks above were opened, to Loop alone.',
  digits: 'Nobody but City Post saw a scan or a label, and nobody but Reader Lab a weight of its network; both worked on shares that look random.',
};
/** Half a unit in the sixth significant digit. */
const TOLERANCE = 5e-7;
/** Figures of a model that is trained on shares, and of one that is fitted, beside numbers of about 1. */
const MODEL_TOLERANCES: Readonly<Record<string, number>> = { 'Logistic Regression': 0.005, 'Train and Score': 0.005, 'Demand Forecast': 2e-4 };

/** Runs a lab that ships with Countersign and holds its results against the same figures computed in the clear. */
export async function runDemo(cli: Cli, name: string, { keep, signal }: { keep: boolean; signal: AbortSignal }): Promise<ExitCode> {
  if (!Object.hasOwn(DEMOS, name)) throw new CliError('CS0920', `there is no demo \`${name}\``, { help: didYouMean(name, Object.keys(DEMOS)) });
  const path = join(ROOT, 'examples', name, 'lab.yaml');
  const lab = loadLab(path);
  const started = cli.now().getTime();
  const outcome = await runLab(lab, { narrator: new Narrator(cli.terminal), env: cli.world.env, clock: cli.world.clock, signal, keep, reports: reportsOf(cli, path), onKept: keptNote(cli) });
  const checks = checksOf(lab, outcome.report);
  for (const line of comparisonLines(outcome.report, checks)) cli.terminal.say(line);
  const seconds = (cli.now().getTime() - started) / 1000;
  finish(cli, outcome, { plaintextCheck: Object.fromEntries(checks), seconds, nobodySaw: DEMOS[name] });
  cli.terminal.say(`The demo took ${secondsText(seconds)}.`);
  for (const { request } of lab.value.steps) {
    const allowed = request && MODEL_TOLERANCES[request.program];
    const wrong = request && checks.get(request.id)?.find(({ difference }) => !(difference <= (allowed ?? TOLERANCE)));
    if (wrong) throw new CliError('CS0923', `\`${wrong.figure}\` differs from its plaintext check by more than ${allowed === undefined ? 'six significant digits allow' : allowed}`, { reported: true });
  }
  // The last word: what it was for.
  cli.terminal.say(DEMOS[name]!);
  const near = relative('', path);
  cli.terminal.next('countersign up', `countersign lab run ${shellWord(near.length < path.length ? near : path)} --json`);
  return EXIT.done;
}

/** The comparison of each released job, by its name. */
function checksOf(lab: LoadedLab, report: LabReport): Map<string, Compared[]> {
  const checks = new Map<string, Compared[]>();
  for (const { request } of lab.value.steps) {
    const job = request && report.jobs[request.id];
    if (!request || job?.result === undefined) continue;
    const clear = plaintextOf(lab, request);
    // Small coefficients beside the unit that those of a model have.
    if (clear) checks.set(request.id, compare(job.result, clear, { unit: Object.hasOwn(MODEL_TOLERANCES, request.program) ? 1 : 0 }));
  }
  return checks;
}

function comparisonLines(report: LabReport, checks: ReadonlyMap<string, readonly Compared[]>): string[] {
  if (checks.size === 0) return [];
  const rows = [...checks].flatMap(([label, compared]) => compared.map(({ figure, joint, clear, difference, values }, index) => {
    const { seconds, rounds, bytes } = report.jobs[label];
    const cost = index === 0 ? [secondsText(seconds.total), String(rounds), bytesText(bytes.total)] : ['', '', ''];
    return [index === 0 ? label : '', values === 1 ? figure : `${values} ${figure}, worst`, numberText(joint, 10), numberText(clear, 10), difference === 0 ? 'none' : difference.toExponential(1), ...cost];
  }));
  return [
    '',
    'Each result beside a plaintext check, which is possible only because this demo holds all files:',
    '',
    ...tableLines(['job', 'figure', 'computed jointly', 'plaintext check', 'difference', 'seconds', 'rounds', 'sent by all'], rows),
    '',
    'seconds: from authorised to released, with verification by every worker, connections, preprocessing and receipts.',
  ];
}
