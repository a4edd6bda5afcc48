import { type z } from 'zod';
import { FromWorker, portionOf, progressText, type ProgressView, slowest, stageText } from './index.js';

const of = (change: Partial<ProgressView> = {}): ProgressView => ({ node: 'Bank A', phase: 'online', done: 23, of: 100, bytes: 5, ...change });
const epoch = { kind: 'epoch', index: 3, of: 10 } as const;
const step = { kind: 'step', index: 23, of: 50 } as const;
const message = (change: object): object => ({ type: 'progress', id: '11111111-1111-4111-8111-111111111111', job: `job_${'0'.repeat(20)}`, attempt: 1, phase: 'online', done: 1, of: 2, bytes: 3, ...change });
const problemOf = (change: object): z.core.$ZodIssue | undefined => FromWorker.safeParse(message(change)).error?.issues[0];

describe('progress that a worker reports', () => {
  it('is a phase, how much of it is done, bytes, and where in its program it is', () => {
    expect(problemOf({})).toBeUndefined();
    expect(problemOf({ stage: [epoch, step] })).toBeUndefined();
    expect(problemOf({ stage: [{ kind: 'layer', index: 1, of: 1, name: 'Conv conv1' }] })).toBeUndefined();
  });
  it.each<[string, object]>([
    ['a phase that there is not', { phase: 'guessing' }], ['more than there is', { done: 3 }], ['less than nothing', { done: -1 }], ['a fraction', { done: 0.5 }], ['another field', { value: 1 }],
    ['no stage where it says one', { stage: [] }], ['too many parts', { stage: [step, step, step, step] }], ['a part beyond the last', { stage: [{ ...step, index: 51 }] }], ['a part before the first', { stage: [{ ...step, index: 0 }] }],
    ['a number that nobody counts to', { stage: [{ ...step, of: 2 ** 40 }] }], ['a kind that there is not', { stage: [{ ...step, kind: 'value' }] }], ['a long name', { stage: [{ ...step, name: 'x'.repeat(65) }] }],
    ['a name that moves a cursor', { stage: [{ ...step, name: '\u001b[2J' }] }], ['a name that turns text round', { stage: [{ ...step, name: 'a\u202eb' }] }],
  ])('is refused with %s', (_, change) => {
    expect(problemOf(change)).toBeDefined();
  });
});

describe('progress in words', () => {
  it('is the outermost part first, and rounds of messages', () => {
    expect(progressText(of({ stage: [epoch, step] }))).toBe('epoch 3 of 10, step 23 of 50, round 23 of 100');
    expect(progressText(of({ stage: [{ kind: 'layer', index: 2, of: 4, name: 'Conv conv1' }] }))).toBe('layer 2 of 4 (Conv conv1), round 23 of 100');
    expect(progressText(of())).toBe('round 23 of 100');
    expect(stageText()).toBe('');
  });
  it('is what comes before it', () => {
    expect(progressText(of({ phase: 'connecting', done: 1, of: 2 }))).toBe('connecting, 1 of 2 peers');
    expect(progressText(of({ phase: 'preprocessing', done: 0, of: 1 }))).toBe('preparing');
    expect(progressText(of({ phase: 'preprocessing', done: 3, of: 8 }))).toBe('preparing correlations, batch 3 of 8');
    expect(progressText(of({ phase: 'inputs', done: 0, of: 1 }))).toBe('sharing inputs');
  });
});

it('the slowest is the one in the earliest phase, then the least far in it', () => {
  const [early, less, more] = [of({ node: 'A', phase: 'inputs', done: 0, of: 1 }), of({ node: 'B', done: 10 }), of({ node: 'C', done: 20 })];
  expect(slowest([more, less, early])).toBe(early);
  expect(slowest([more, less])).toBe(less);
  expect(slowest([])).toBeUndefined();
  expect([portionOf(less), portionOf(early), portionOf(of({ done: 0, of: 0 }))]).toEqual([0.1, 0, 1]);
});
