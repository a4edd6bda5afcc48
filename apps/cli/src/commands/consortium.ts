import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { ServiceInfo } from '#contract';
import { writePrivateFile } from '#pqc';
import { fingerprintOf } from '../actions/init-node.js';
import { type Cli } from '../cli.js';
import { runDemo } from '../demo/demo.js';
import { EXIT, type ExitCode } from '../exit.js';
import { CliError } from '../failure.js';
import { interruption } from '../interrupt.js';
import { shellWord } from '../invocation.js';
import { loadCheckedLab } from '../lab/check.js';
import { Narrator } from '../lab/narrator.js';
import { finish, keptNote, reportsOf } from '../lab/finish.js';
import { runLab } from '../lab/run-lab.js';
import { leaf, type Surroundings } from '../leaf.js';
import { Processes } from '../processes.js';
import { PROCESS } from '../root.js';

const READY_WITHIN_MS = 60_000;

/** `up`, `demo`, `lab` and `bench`: what starts processes on this machine. */
export function consortiumCommands(root: Command, surroundings: Surroundings): void {
  leaf<{ workers?: boolean; httpPort?: string; gatewayPort?: string; origin?: string }>(root, surroundings, {
    usage: 'up',
    summary: 'run a control plane with its own PostgreSQL here, for development, until Ctrl-C',
    flags: (command) => command
      .option('--workers', 'also run the worker of every node in this home')
      .option('--http-port <port>', 'for operators and people, on loopback (default: 7480)')
      .option('--gateway-port <port>', 'for nodes, over post-quantum TLS (default: 7443)')
      .option('--origin <name>', 'name of the audit log, fixed at the first start'),
    run: (cli, _args, options) => up(cli, options),
  });

  leaf<{ keep?: boolean }>(root, surroundings, {
    usage: 'demo [name]',
    examples: ['demo', 'demo hospital', 'demo digits --json'],
    summary: 'show what Countersign does: `demo credit` (or `demo` alone) has three banks compute on real loans, `demo hospital` and `demo demand` train models on rows of three owners, `demo digits` has a network read scans that its owner never sees',
    flags: (command) => command.option('--keep', 'leave homes, keys and logs in place afterwards'),
    run: (cli, [name = 'credit'], { keep = false }) => withInterruption((signal) => runDemo(cli, name, { keep, signal })),
  });

  const lab = root.command('lab').description('try a policy and programs with a whole consortium on this machine');
  leaf<{ keep?: boolean }>(lab, surroundings, {
    usage: 'run <file>',
    examples: ['lab run examples/credit/lab.yaml', 'lab run examples/four-hospitals --json'],
    summary: 'run a lab file, or the lab.yaml of a folder: control plane, one worker process per node, real keys and links',
    flags: (command) => command.option('--keep', 'leave homes, keys and logs in place afterwards'),
    run: (cli, [given], { keep = false }) => withInterruption(async (signal) => {
      const file = labFile(given);
      const loaded = await loadCheckedLab(file);
      return finish(cli, await runLab(loaded, { narrator: new Narrator(cli.terminal), env: cli.world.env, clock: cli.world.clock, signal, keep, reports: reportsOf(cli, file), onKept: keptNote(cli) }));
    }),
  });
  leaf(lab, surroundings, {
    usage: 'check <file>',
    examples: ['lab check examples/credit/lab.yaml'],
    summary: 'check a lab file without running it: names, programs, parameters, columns, suites; every problem with its place',
    run: async (cli, [given]) => {
      const file = labFile(given);
      const { value } = await loadCheckedLab(file);
      cli.terminal.result({ ok: true, nodes: Object.keys(value.nodes), steps: value.steps.length }, () => [`${file} is a lab of ${Object.keys(value.nodes).length} nodes and ${value.steps.length} steps`]);
      cli.terminal.next(`countersign lab run ${shellWord(file)}`);
    },
  });

  leaf(root, surroundings, {
    usage: 'bench [names...]',
    summary: 'measure this machine: links, oblivious transfer, triples, whole jobs',
    run: (cli, names) => bench(cli, names),
  });
}

/** The lab of a folder is its lab.yaml. */
const labFile = (path: string): string => (statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'lab.yaml') : path);

async function withInterruption<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, release } = interruption();
  try {
    return await work(signal);
  } finally {
    release();
  }
}

async function up(cli: Cli, options: { workers?: boolean; httpPort?: string; gatewayPort?: string; origin?: string }): Promise<ExitCode> {
  const { terminal, homes } = cli;
  // Others may pass through, so that PostgreSQL's own account reaches its folder; what is private lies in folders of mode 0700.
  mkdirSync(homes.path, { recursive: true, mode: 0o711 });
  terminal.note(terminal.style(['bold', 'yellow'], 'warning: this is for development: one machine, one administrator key on disk, an embedded database, no backup'));
  const died = new AbortController();
  const processes = new Processes((name, code, signal) => died.abort(new CliError('CS0909', `the ${name} ended by itself (${signal ?? `exit ${code}`})`, { help: [`see \`${join(homes.path, 'logs')}\``] })));
  return withInterruption(async (interrupted) => {
    try {
      const given = { COUNTERSIGN_HTTP_PORT: options.httpPort, COUNTERSIGN_GATEWAY_PORT: options.gatewayPort, COUNTERSIGN_ORIGIN: options.origin };
      const env = { ...cli.world.env, COUNTERSIGN_HOME: homes.path, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
      const { ready } = await processes.start({ name: 'control plane', module: PROCESS.embedded, args: ['--with-parent'], logPath: join(homes.path, 'logs', 'control-plane.log'), readyWithinMs: READY_WITHIN_MS, env });
      const info = ServiceInfo.parse(ready.serviceInfo);
      const http = `http://${cli.world.env.COUNTERSIGN_HTTP_HOST ?? '127.0.0.1'}:${Number(ready.httpPort)}`;
      writePrivateFile(homes.operatorUrlPath(), `${http}\n`);
      for (const home of options.workers ? homes.nodes() : []) {
        await processes.start({ name: `worker of ${home.name}`, module: PROCESS.worker, args: ['--home', home.path, '--with-parent'], logPath: join(homes.path, 'logs', `${home.id}.log`), readyWithinMs: READY_WITHIN_MS, env });
      }
      terminal.result({ http, openapi: `${http}/openapi.json`, docs: `${http}/docs`, gateway: `${info.gateway.host}:${info.gateway.port}`, fingerprint: fingerprintOf(info), home: homes.path }, () => [
        `${terminal.style(['bold', 'green'], 'Countersign is up')}, version ${info.version}`,
        `  operators    ${http}   (key in ${homes.operatorKeyPath()})`,
        `  OpenAPI      ${http}/docs and ${http}/openapi.json`,
        `  nodes        ${info.gateway.host}:${info.gateway.port}   (mutual TLS 1.3, X25519MLKEM768, ML-DSA-65)`,
        `  fingerprint  ${fingerprintOf(info)}`,
        `  home         ${homes.path}`,
        '  Ctrl-C stops everything.',
      ]);
      terminal.next('countersign token create "Bank A"', `countersign node init "Bank A" --region EU --control-plane ${http} --fingerprint ${fingerprintOf(info)}`);
      await Promise.race([whenAborted(interrupted), whenAborted(died.signal)]);
      if (died.signal.aborted) throw died.signal.reason;
      terminal.note('stopping …');
      return EXIT.done;
    } finally {
      await processes.stop();
    }
  });
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

function bench(cli: Cli, names: readonly string[]): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROCESS.bench, ...names], { stdio: 'inherit', env: cli.world.env });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 ? EXIT.done : code === EXIT.invalid ? EXIT.invalid : EXIT.failed));
  });
}
