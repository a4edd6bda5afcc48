import type { OwnTask, PlanErrorCode } from '#program/plans';

export interface ToThread {
  readonly task: OwnTask;
  /** Of `taskBytes`, the inputs filled in. */
  readonly memory: SharedArrayBuffer;
}
export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly name: string; readonly message: string; readonly plan?: { readonly code: PlanErrorCode; readonly help: readonly string[] } };
