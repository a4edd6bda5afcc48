import { type Command } from 'commander';
import { CliError } from './failure.js';
import { didYouMean } from './nearest.js';

interface Completion {
  /** Words typed before, e.g. `lab run`. */
  readonly path: string;
  readonly words: readonly string[];
}

/** What may follow each command: its subcommands and flags. */
export function completionsOf(command: Command, path: readonly string[] = []): Completion[] {
  const words = [...command.commands.map((child) => child.name()), ...command.options.flatMap(({ long }) => long ?? [])];
  return [{ path: path.join(' '), words }, ...command.commands.flatMap((child) => completionsOf(child, [...path, child.name()]))];
}

const SHELLS = { bash, zsh, fish } as const;

/** A completion script, to be sourced by the shell. @throws CliError CS0920 */
export function completionScript(shell: string, root: Command): string {
  if (!Object.hasOwn(SHELLS, shell)) throw new CliError('CS0920', `there is no completion for \`${shell}\``, { help: didYouMean(shell, Object.keys(SHELLS)) });
  return SHELLS[shell as keyof typeof SHELLS](completionsOf(root));
}

const cases = (all: readonly Completion[]): string => all.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n');

// The longest command path that the words typed so far begin with decides; files complete where nothing of ours does.
function bash(all: readonly Completion[]): string {
  return `# countersign completion for bash: source <(countersign completion bash)
_countersign() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${all.map(({ path }) => `|${path}|`).join(' ')} " in *"|\${path:+$path }$word|"*) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${cases(all)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _countersign countersign
`;
}

function zsh(all: readonly Completion[]): string {
  return `#compdef countersign
# countersign completion for zsh: source <(countersign completion zsh)
_countersign() {
  local path='' word words_here=''
  local -a known=(${all.filter(({ path }) => path).map(({ path }) => `'${path}'`).join(' ')})
  for word in "\${(@)words[2,CURRENT-1]}"; do
    (( \${known[(Ie)\${path:+$path }$word]} )) && path="\${path:+$path }$word"
  done
  case "$path" in
${cases(all).replaceAll('words=', 'words_here=')}
  esac
  compadd -- \${(s: :)words_here}
  _files
}
compdef _countersign countersign
`;
}

function fish(all: readonly Completion[]): string {
  const lines = all.flatMap(({ path, words }) => {
    const used = path.split(' ').filter(Boolean);
    const inner = all.filter((other) => other.path.startsWith(path === '' ? '' : `${path} `) && other.path !== path).map((other) => other.path.split(' ')[used.length]);
    const condition = [...used.map((word) => `__fish_seen_subcommand_from ${word}`), ...(inner.length > 0 ? [`not __fish_seen_subcommand_from ${[...new Set(inner)].join(' ')}`] : [])].join('; and ');
    return words.map((word) => `complete -c countersign${condition ? ` -n '${condition}'` : ''} ${word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`}`);
  });
  return `# countersign completion for fish: countersign completion fish | source\n${lines.join('\n')}\n`;
}
