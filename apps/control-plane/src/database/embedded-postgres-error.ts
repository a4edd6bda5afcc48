/** The embedded database cannot start: what is wrong (`message`), and what to do (`help`). */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  constructor(
    readonly code: `CS00${number}`,
    message: string,
    readonly help: string,
  ) {
    super(message);
  }
}
