import { type ProgressView } from '#contract';
import { type Streams, Terminal } from '../terminal.js';
import { ProgressShown, progressLine } from './progress.js';

function shown({ isTerminal = false, json = false, brief = false } = {}): { say: string[]; err: string[]; terminal: Terminal; at: (ms: number) => ProgressShown } {
  const [say, err]: [string[], string[]] = [[], []];
  let now = 0;
  const streams: Streams = { out: (text) => void err.push(`out:${text}`), err: (text) => void err.push(text), outIsTerminal: isTerminal, errIsTerminal: isTerminal, inIsTerminal: false };
  const terminal = new Terminal(streams, { json, quiet: false, colour: false });
  const made = new ProgressShown(terminal, { say: (line) => void say.push(line), everyMs: 1_000, brief, now: () => now });
  return { say, err, terminal, at: (ms) => ((now = ms), made) };
}
const at = (step: number, change: Partial<ProgressView> = {}): ProgressView => ({ node: 'Bank A', phase: 'online', done: step * 10, of: 100, bytes: 2_000_000, stage: [{ kind: 'step', index: step, of: 9 }], ...change });

it('is one line, of the slowest node', () => {
  expect(progressLine(at(3))).toBe('Bank A: step 3 of 9, round 30 of 100, 2.00 MB');
});

it('without a terminal, is a line for each phase, one in a second, and the last', () => {
  const { say, err, at: when } = shown();
  when(0).tell(at(0, { phase: 'preprocessing', done: 0, of: 1, stage: undefined }));
  when(10).tell(at(1));
  for (let step = 2; step <= 8; step++) when(200 * step).tell(at(step));
  when(1_700).settle();
  when(1_800).settle();
  expect(say.map((line) => line.split(',')[0])).toEqual(['Bank A: preparing', 'Bank A: step 1 of 9', 'Bank A: step 6 of 9', 'Bank A: step 8 of 9']);
  expect(err).toEqual([]);
});

it('names the node that all others wait for', () => {
  const { say, at: when } = shown();
  when(0).tell(at(2, { node: 'Bank B' }));
  when(2_000).tell(at(5));
  when(4_000).tell(at(6, { node: 'Bank B' }));
  expect(say.map((line) => line.split(',')[0])).toEqual(['Bank B: step 2 of 9', 'Bank B: step 2 of 9', 'Bank A: step 5 of 9']);
});

it('waits no longer for a node of which nothing is heard, until it is heard again', () => {
  const { say, at: when } = shown();
  when(0).tell(at(2, { node: 'Bank B' }));
  when(29_999).tell(at(5));
  when(30_000).tell(at(6));
  when(31_000).tell(at(7));
  when(32_000).tell(at(3, { node: 'Bank B' }));
  expect(say.map((line) => line.split(',')[0])).toEqual(['Bank B: step 2 of 9', 'Bank B: step 2 of 9', 'Bank A: step 7 of 9', 'Bank B: step 3 of 9']);
});

it('in a story, is nothing of what is done at once', () => {
  const { say, at: when } = shown({ brief: true });
  when(0).tell(at(1));
  when(500).settle();
  when(600).tell(at(2));
  when(1_600).tell(at(7));
  expect(say.map((line) => line.split(',')[0])).toEqual(['Bank A: step 7 of 9']);
});

it('on a terminal, is one line with a bar that is rewritten, and taken away by whatever is written next', () => {
  const { say, err, terminal, at: when } = shown({ isTerminal: true });
  when(0).tell(at(1));
  when(1).tell(at(5, { node: 'Bank A' }));
  terminal.say('held');
  terminal.say('released');
  expect(err).toEqual([
    '[#---------------] Bank A: step 1 of 9, round 10 of 100, 2.00 MB', '\r\x1b[K', '[########--------] Bank A: step 5 of 9, round 50 of 100, 2.00 MB', '\r\x1b[K', 'out:held\n', 'out:released\n',
  ]);
  expect(say).toEqual([]);
});

it('on a terminal, no line is wider than a terminal, and with --json there is none', () => {
  const wide = shown({ isTerminal: true });
  wide.at(0).tell(at(1, { stage: Array.from({ length: 3 }, () => ({ kind: 'layer', index: 1, of: 9, name: 'x'.repeat(64) }) as const) }));
  expect(wide.err.join('').length).toBe(79);
  const json = shown({ isTerminal: true, json: true });
  json.terminal.live('something');
  expect(json.err).toEqual([]);
});
