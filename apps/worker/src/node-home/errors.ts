/** CS0720: a file of the node home is missing or not of its form. */
export class HomeError extends Error {
  override readonly name = 'HomeError';
  constructor(readonly code: 'CS0720', message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
