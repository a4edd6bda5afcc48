/** Why the stock refuses, or why records of it were discarded. */
export const STOCK_ERRORS = {
  CS0760: 'another process uses the stock of this home',
  CS0761: 'the stock is full',
  CS0762: 'a batch is not as it was written',
  CS0763: 'a file in the stock is not of it',
  CS0764: 'the home was restored from an older copy',
  CS0765: 'a party was restored from an older copy',
  CS0766: 'the journal of a set is damaged',
  CS0767: 'another party does not have the batch',
  CS0768: 'a party has another link key now',
  CS0769: 'what is asked of the stock does not fit it',
} as const;
export type StockErrorCode = keyof typeof STOCK_ERRORS;

/** The stock cannot do what it was asked. Messages hold ids and counts, never a share. */
export class StockError extends Error {
  override readonly name = 'StockError';
  constructor(readonly code: StockErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
