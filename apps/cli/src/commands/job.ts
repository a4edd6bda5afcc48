import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Command } from 'commander';
import { isTerminal, JOB_STATES, type JobState, type JobView } from '#contract';
import { LINK_PROFILES, type LinkProfile } from '#program';
import { expectationOf } from '../actions/expectation.js';
import { planRequest } from '../actions/plan-request.js';
import { reportFacts, writeReport } from '../actions/report-job.js';
import { submitJob } from '../actions/submit-job.js';
import { watchJob } from '../actions/watch-job.js';
import { type Cli } from '../cli.js';
import { countOf, durationMs } from '../amounts.js';
import { EXIT, type ExitCode } from '../exit.js';
import { CliError } from '../failure.js';
import { interruption } from '../interrupt.js';
import { asFirst } from '../invocation.js';
import { loadYaml } from '../lab/load.js';
import { RequestRule } from '../lab/schema.js';
import { leaf, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';
import { decisionLines, decisionTitle, exitOfDecision, listText } from '../render/decision.js';
import { exitOfState, historyLine, jobLines, stateText } from '../render/job.js';
import { planJson, planLines } from '../render/plan.js';
import { ProgressShown } from '../render/progress.js';
import { requestSentence } from '../render/request.js';
import { resultLines } from '../render/result.js';
import { tableLines } from '../render/table.js';
import { bytesText, secondsText } from '../render/units.js';
import { type Hint } from '../terminal.js';
import { inputFlags, requestFrom, type InputFlags } from './request-flags.js';

const FILES = new Set(['.yaml', '.yml', '.json']);

/** For examples. */
const MEAN = 'Mean --dataset Loans --nodes "Bank A,Bank B" --param column=income --receivers "Bank A"';

/** Where nothing can be rewritten. */
const PROGRESS_EVERY_MS = 1_000;

/** A request by flags, or from the file that `what` is then. */
const requestOf = (what: string, options: InputFlags): RequestRule => (FILES.has(extname(what)) ? loadYaml(what, RequestRule, 'request').value : requestFrom(what, options));

function requestFlags(command: Command): Command {
  inputFlags(command);
  // A file names its receivers itself.
  command.options.find(({ long }) => long === '--receivers')?.makeOptionMandatory(false);
  return command;
}

/** `job …`. */
export function jobCommands(root: Command, surroundings: Surroundings): void {
  const job = root.command('job').description('requests for a computation, and what became of them');

  leaf<InputFlags & { expiresIn: string; idempotencyKey?: string; wait?: boolean }>(job, surroundings, {
    usage: 'submit <program>', online: true,
    examples: [`job submit ${MEAN} --as "Bank A"`, `job submit ${MEAN} --purpose research --epsilon 0.5 --wait`, 'job submit request.yaml --json'],
    summary: 'ask for a computation: a program with flags, or a YAML or JSON file that says the same',
    flags: (command) => requestFlags(command).option('--expires-in <duration>', 'how long the request stands, e.g. 4h', '24h').option('--idempotency-key <text>', 'makes sending it twice harmless').option('--wait', 'follow it to its end'),
    run: async (cli, [what], options) => {
      const [request, validForMs] = [requestOf(what, options), durationMs(options.expiresIn)];
      const home = cli.node();
      const client = cli.nodeClient(home);
      const view = await submitJob({ home, client, request, validForMs, now: cli.now(), idempotencyKey: options.idempotencyKey });
      if (options.wait && view.state !== 'denied') return follow(cli, view.id);
      const expected = view.spec.privacy && (await expectationOf(view.spec, client));
      cli.terminal.result({ ...view, ...(expected && { expectedErrors: expected.errors }) }, () => [`${view.id}  ${requestSentence(view.spec)}`, decisionTitle(view.decision, cli.terminal), ...decisionLines(view.decision, cli.terminal), ...(expected?.lines ?? []).map((line) => `  ${line}`)]);
      if (view.decision.outcome === 'needs_signatures') cli.terminal.next({ command: `countersign sign ${view.id}${asFirst(view.decision.canSign)}`, at: listText(view.decision.canSign) });
      if (view.decision.outcome !== 'deny') cli.terminal.next(`countersign job watch ${view.id}`);
      return exitOfDecision(view.decision);
    },
  });

  leaf<InputFlags & { link?: string }>(job, surroundings, {
    usage: 'plan <program>', online: true,
    examples: [`job plan ${MEAN} --as "Bank A"`, `job plan ${MEAN} --link wan --assumptions no-lpn`],
    summary: 'what a request would open, send and take, before anybody is asked: a program with flags, or a YAML or JSON file',
    flags: (command) => requestFlags(command).option('--link <kind>', 'seconds for links of this kind, in place of those measured: lan, metro or wan'),
    run: async (cli, [what], { link, ...options }) => {
      if (link !== undefined && !Object.hasOwn(LINK_PROFILES, link)) throw new CliError('CS0901', `\`${link}\` is no kind of link`, { help: didYouMean(link, Object.keys(LINK_PROFILES)) });
      const request = requestOf(what, options);
      const issuer = cli.asName ?? cli.node().name;
      const planned = await planRequest({ issuer, client: cli.asker(), request, ...(link !== undefined && { link: link as LinkProfile }) });
      cli.terminal.result(planJson(planned), () => planLines(planned, cli.terminal));
    },
  });

  leaf<{ state?: string; requester?: string; limit: string }>(job, surroundings, {
    usage: 'list', online: true,
    summary: 'jobs, the newest first',
    flags: (command) => command.option('--state <state>', 'only these').option('--requester <node>', 'only those of one node').option('--limit <n>', 'how many', '20'),
    run: async (cli, _args, { state, requester, limit }) => {
      if (state !== undefined && !(JOB_STATES as readonly string[]).includes(state)) throw new CliError('CS0901', `\`${state}\` is no state of a job`, { help: didYouMean(state, JOB_STATES) });
      const most = countOf('--limit', limit);
      const { items } = await cli.reader().jobs({ limit: most, ...(state === undefined ? {} : { state: state as JobState }), ...(requester === undefined ? {} : { requester }) });
      cli.terminal.result(items, () => (items.length === 0 ? ['no job'] : tableLines(['job', 'state', 'requester', 'program', 'created'], items.map(({ id, state: at, spec, createdAt }) => [id, at, spec.issuer, spec.program.name, createdAt]))));
    },
  });

  leaf(job, surroundings, {
    usage: 'show <id>', online: true,
    summary: 'one job: request, decision, signatures, history, receipts',
    run: async (cli, [id]) => {
      const client = cli.reader();
      const view = await client.job(id);
      const expected = view.spec.privacy && (await expectationOf(view.spec, client));
      cli.terminal.result({ ...view, ...(expected && { expectedErrors: expected.errors }) }, () => [...jobLines(view, cli.terminal), ...(expected?.lines ?? []).map((line) => `  ${line}`)]);
      if (view.state === 'released') cli.terminal.next(resultHint(id, view.spec.receivers));
      return exitOfState(view.state);
    },
  });

  leaf(job, surroundings, { usage: 'watch <id>', online: true, summary: 'follow a job until it ends', run: (cli, [id]) => follow(cli, id) });

  leaf<{ reason?: string }>(job, surroundings, {
    usage: 'cancel <id>', online: true,
    summary: 'end a job that has not ended',
    flags: (command) => command.option('--reason <text>', 'for the record'),
    run: async (cli, [id], { reason }) => {
      const view = await cli.reader().cancelJob(id, reason);
      cli.terminal.result(view, () => [`${view.id} is ${stateText(view.state, cli.terminal)}`]);
    },
  });

  leaf(job, surroundings, {
    usage: 'result <id>', online: true,
    summary: 'the result, at a node that receives it; it is in no other place',
    run: (cli, [id]) => showResult(cli, id),
  });

  leaf<{ out?: string }>(job, surroundings, {
    usage: 'report <id>', online: true,
    summary: 'the result as one HTML page with plots and tables, at a node that receives it',
    flags: (command) => command.option('--out <file>', 'where it is written (default: <id>.html here)'),
    run: async (cli, [id], { out = `${id}.html` }) => {
      const home = cli.node();
      const facts = await reportFacts({ home, client: cli.nodeClient(home), id, now: cli.now() });
      const path = resolve(out);
      await writeReport(facts, path);
      cli.terminal.result({ job: id, report: path, checked: facts.checked.here }, () => [`the report on ${id} is ${pathToFileURL(path).href}`]);
      if (!facts.checked.here) cli.terminal.note(cli.terminal.style('yellow', `warning: the job was not checked here: ${facts.checked.code}, ${facts.checked.why}`));
    },
  });
}

const resultHint = (id: string, receivers: readonly string[]): Hint => ({ command: `countersign job result ${id}${asFirst(receivers)}`, at: listText(receivers) });

async function showResult(cli: Cli, id: string): Promise<void> {
  const home = cli.node();
  const result = home.result(id);
  if (!result) {
    const view = await cli.nodeClient(home).job(id);
    const help = view.spec.receivers.includes(home.name) ? [`the job is \`${view.state}\``] : [`only ${listText(view.spec.receivers)} may receive it`];
    throw new CliError('CS0917', `the result of \`${id}\` is not at \`${home.name}\``, { help, exit: exitOfState(view.state) || EXIT.failed });
  }
  const { suite, rounds, bytes, seconds } = result;
  cli.terminal.result(result, () => [...resultLines(result.result), cli.terminal.style('dim', `${suite}, ${rounds} rounds, ${bytesText(bytes.sent + bytes.received)}, ${secondsText(seconds.total)}`)]);
  cli.terminal.next(`countersign job report ${id}`);
}

/** Prints one line for each event, and the job at its end. */
async function follow(cli: Cli, id: string): Promise<ExitCode> {
  const { terminal } = cli;
  const { signal, release } = interruption();
  const shown = new ProgressShown(terminal, { say: (line) => terminal.note(`  ${line}`), everyMs: PROGRESS_EVERY_MS });
  let told = 0;
  let over = false;
  try {
    const job: JobView = await watchJob({
      client: cli.reader(), id, signal,
      onEvent: (event) => {
        if (event.type === 'state') {
          told = event.seq;
          over = event.event.to === 'held' || isTerminal(event.event.to);
          if (!terminal.options.json) shown.settle();
          terminal.event({ type: 'state', ...event.event }, historyLine(event.event, terminal));
        } else if (terminal.options.json) {
          terminal.event({ type: 'progress', ...event.progress }, '');
        } else if (!over) {
          shown.tell(event.progress);
        }
      },
    });
    signal.throwIfAborted();
    for (const event of job.history.filter(({ seq }) => seq > told)) terminal.event({ type: 'state', ...event }, historyLine(event, terminal));
    if (job.state === 'released') terminal.next(resultHint(id, job.spec.receivers));
    return exitOfState(job.state);
  } finally {
    release();
  }
}
