import { type CompiledPolicy } from '../rules.js';
import { replay, type ChangedDecision, type RecordedDecision } from './replay.js';
import { sentenceChanges, type SentenceChange } from './sentences.js';

export interface Difference {
  /** Sentences removed, changed in meaning, and added; each list in the order of its policy. */
  readonly sentences: readonly SentenceChange[];
  /** Recorded decisions that would be made otherwise, where a history was given. */
  readonly decisions?: readonly ChangedDecision[];
}

/** What another policy changes: its sentences, and which of the decisions that were made it would have made otherwise, by which sentence. */
export function diff(before: CompiledPolicy, after: CompiledPolicy, { history }: { readonly history?: readonly RecordedDecision[] } = {}): Difference {
  return { sentences: sentenceChanges(before, after), ...(history === undefined ? {} : { decisions: replay(before, after, history) }) };
}
