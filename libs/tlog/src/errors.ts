export const LogErrorCode = {
  outsideTree: 'CS0800',
  badCheckpoint: 'CS0801',
  badSignature: 'CS0802',
  otherLog: 'CS0803',
  deleted: 'CS0804',
  reordered: 'CS0805',
  truncated: 'CS0806',
  edited: 'CS0807',
  forked: 'CS0808',
  badLeaf: 'CS0809',
  illegalTransition: 'CS0810',
  uncovered: 'CS0811',
  badKey: 'CS0812',
  illegalVanishing: 'CS0680',
  receiptsMissing: 'CS0681',
} as const;
export type LogErrorCode = (typeof LogErrorCode)[keyof typeof LogErrorCode];

/** Something of the audit log that is not as it must be; `code` says what. */
export class LogError extends Error {
  override readonly name = 'LogError';
  constructor(readonly code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
