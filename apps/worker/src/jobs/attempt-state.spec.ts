import { isOver, moved, type AttemptState } from './attempt-state.js';

const states = ['offered', 'accepted', 'running', 'held', 'opening', 'finished', 'aborted'] as const;
const state = (at: AttemptState['at']): AttemptState => ({ at }) as AttemptState;
const allowed = (from: AttemptState['at'], to: AttemptState['at']): boolean => {
  try {
    return moved(state(from), state(to)).at === to;
  } catch {
    return false;
  }
};

test('an attempt moves one step forward, or ends', () => {
  for (const [i, from] of states.entries()) {
    const next = states.filter((to) => allowed(from, to));
    expect([from, next]).toEqual([from, isOver(state(from)) ? [] : [states[i + 1], 'aborted']]);
  }
});
