import { runCommandLine } from '../../apps/cli/src/command-line.js';

export interface Answer {
  readonly code: number;
  readonly json: unknown;
  readonly err: string;
}

/** The command line as `main` runs it, in this process: many commands without the start of one each. */
export async function inProcess(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Answer> {
  let [out, err] = ['', ''];
  const code = await runCommandLine([...args, '--json'], {
    env, clock: () => new Date(),
    streams: { out: (text) => void (out += text), err: (text) => void (err += text), outIsTerminal: false, errIsTerminal: false, inIsTerminal: false },
  });
  try {
    return { code, json: JSON.parse(out), err };
  } catch {
    // One JSON value a line, where a command tells what happens.
    return { code, json: out.trim().split('\n').map((line) => JSON.parse(line) as unknown), err };
  }
}
