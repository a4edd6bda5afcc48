import { type JobView, type ResultFile } from '#contract';
import { type ProgramDefinition } from '#program';

/** Whether this machine checked the job behind a result by itself, or why it could not. */
export type Checked = { readonly here: true; readonly signers: readonly string[] } | { readonly here: false; readonly code: string; readonly why: string };

/** All that a report is made of. `job` is the control plane's word where `checked` does not say that its parts were checked. */
export interface ReportFacts {
  readonly receiver: string;
  readonly job: JobView;
  readonly program: Pick<ProgramDefinition, 'name' | 'digest' | 'opens'>;
  readonly result: ResultFile;
  readonly checked: Checked;
  readonly madeAt: Date;
  /** Of Countersign. */
  readonly version: string;
}
