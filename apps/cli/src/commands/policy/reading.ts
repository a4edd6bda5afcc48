import { writeFileSync } from 'node:fs';
import { type Command } from 'commander';
import { analyse, explain, format } from '#policy';
import { knownOf, nameFlags, nameFlagsText, namesOf, type NameFlags } from '../../actions/policy-names.js';
import { compileOrFail, policyFailure } from '../../actions/publish-policy.js';
import { type Cli } from '../../cli.js';
import { EXIT, type ExitCode } from '../../exit.js';
import { CliError } from '../../failure.js';
import { readText } from '../../files.js';
import { shellWord } from '../../invocation.js';
import { leaf, type Surroundings } from '../../leaf.js';
import { analysisLines } from '../../render/analysis.js';
import { diagnosticLines } from '../../render/failure.js';

/** `policy check`, `explain` and `fmt`: what can be said of a file by itself. */
export function policyReadingCommands(policy: Command, surroundings: Surroundings): void {
  leaf<NameFlags>(policy, surroundings, {
    usage: 'check <file>', online: true, flags: nameFlags,
    summary: 'compile a policy against the registered names, and say what its author hardly meant; nothing is published',
    run: async (cli, [file], flags) => {
      const source = readText(file, 'policy');
      const names = await namesOf(cli, flags);
      const { policy: compiled, warnings } = compileOrFail(source, names.registry, file);
      const analysis = analyse(compiled, knownOf(cli, names, compiled));
      for (const line of [...diagnosticLines(warnings, source, cli.terminal), ...analysisLines(analysis, cli.terminal)]) cli.terminal.note(line);
      cli.terminal.result({ ok: true, digest: compiled.digest, rules: compiled.rules.length, warnings, ...analysis }, () => [`${file} is a policy of ${compiled.rules.length} sentences, digest ${compiled.digest}`]);
      const isSound = analysis.findings.every(({ severity }) => severity !== 'error');
      cli.terminal.next(`countersign policy explain ${shellWord(file)}${nameFlagsText(flags)}`, ...(isSound ? [`countersign policy publish ${shellWord(file)}`] : []));
    },
  });

  leaf<NameFlags>(policy, surroundings, {
    usage: 'explain <file>', online: true, flags: nameFlags,
    summary: 'say in plain English what each sentence of a policy means',
    run: async (cli, [file], flags) => {
      const { policy: compiled } = compileOrFail(readText(file, 'policy'), (await namesOf(cli, flags)).registry, file);
      const lines = explain(compiled);
      cli.terminal.result(lines, () => lines);
    },
  });

  leaf<NameFlags & { check?: boolean; write?: boolean }>(policy, surroundings, {
    usage: 'fmt <files...>', online: true,
    summary: 'lay policies out; comments stay, and no meaning changes',
    flags: (command) => nameFlags(command).option('--check', 'say which files are laid out otherwise, and exit with 1 if any is').option('--write', 'change the files'),
    run: (cli, files, flags) => layOut(cli, files, flags),
  });
}

async function layOut(cli: Cli, files: readonly string[], { check = false, write = false, ...flags }: NameFlags & { check?: boolean; write?: boolean }): Promise<ExitCode> {
  if (!check && !write && files.length > 1) throw new CliError('CS0901', 'several files are laid out only with `--check` or `--write`', { help: ['name one file to see its layout'] });
  const { registry } = await namesOf(cli, flags);
  const done = files.map((file) => {
    const source = readText(file, 'policy');
    const formatted = format(source, registry, file);
    if (!formatted.ok) throw policyFailure(file, source, formatted.diagnostics);
    return { file, ...formatted };
  });
  const changed = done.filter((one) => one.changed);
  if (write) for (const { file, text } of changed) writeFileSync(file, text);
  const verb = write ? 'is laid out anew' : cli.terminal.typed('is laid out otherwise: see `countersign policy fmt --write`');
  cli.terminal.result(done.map(({ file, changed: differs, text }) => ({ file, changed: differs, text })), () => (check || write ? changed.map(({ file }) => `${file} ${verb}`) : [done[0].text.trimEnd()]));
  return check && !write && changed.length > 0 ? EXIT.failed : EXIT.done;
}
