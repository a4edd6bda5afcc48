import { type JobView, type ResultFile } from '#contract';
import { type Decision } from '#policy';
import { type ProgramDefinition } from '#program';

/** Whether this machine checked the job behind a result by itself, or why it could not. */
export type Checked =
  /** `firstSeen`: whose keys were not pinned here before. */
  | { readonly here: true; readonly firstSeen: readonly string[] }
  | { readonly here: false; readonly code: string; readonly why: string };

/** Who agreed, when, and with which key. */
export interface Approver {
  readonly signer: string;
  readonly at: string;
  readonly kid: string;
}

/** All that a report is made of. `job` is the control plane's word where it was not checked here; receipts always are. */
export interface ReportFacts {
  readonly receiver: string;
  readonly job: JobView;
  readonly decision: Decision;
  readonly approvals: readonly Approver[];
  readonly program: Pick<ProgramDefinition, 'name' | 'digest' | 'opens'> & Partial<Pick<ProgramDefinition, 'computation'>>;
  readonly result: ResultFile;
  readonly checked: Checked;
  readonly madeAt: Date;
  /** Of Countersign. */
  readonly version: string;
}
