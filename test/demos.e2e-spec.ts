import { afterAll, expect, it } from '@jest/globals';
import { DEMOS } from '../apps/cli/src/demo/demo.js';
import { CommandFolder } from './support/run-countersign.js';

/** The demos as anybody runs them first. */

const folder = new CommandFolder('demos');
afterAll(() => folder.remove());

it('are those that the command line names', async () => {
  expect(Object.keys(DEMOS)).toEqual(['credit', 'hospital', 'demand', 'digits']);
  const { exit, err } = await folder.run(['demo', 'credits']);
  expect(exit).not.toBe(0);
  expect(err).toContain('did you mean `credit`?');
});

it.each(Object.keys(DEMOS))('%s goes as it says, holds its results against plaintext, and ends with what nobody saw', async (name) => {
  const { exit, out, err } = await folder.run(['demo', name]);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  expect(out).toContain('Each result beside a plaintext check');
  const last = out.trimEnd().split('\n').at(-1)!;
  expect(last).toBe(DEMOS[name]);
  // One sentence.
  expect(last).toMatch(/^Nobody [^.!?]*\.$/);
  expect(err.trim().split('\n').every((line) => line.startsWith('next: '))).toBe(true);
});
