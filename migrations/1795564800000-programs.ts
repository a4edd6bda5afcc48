import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Programs of users' own. */
export class Programs1795564800000 implements MigrationInterface {
  readonly name = 'Programs1795564800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE programs (
  name text PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  definition text NOT NULL,
  published_by text NOT NULL,
  kid text NOT NULL,
  statement text NOT NULL,
  published_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);`);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('migrations go forward only'));
  }
}
