import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Parties that sessions went on without. Forward only. */
export class Vanishing1795910400000 implements MigrationInterface {
  readonly name = 'Vanishing1795910400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE session_parties DROP CONSTRAINT session_parties_status_check;
ALTER TABLE session_parties ADD CONSTRAINT session_parties_status_check CHECK (status IN ('offered', 'accepted', 'running', 'held', 'finished', 'awaiting', 'delivered', 'vanished'));
ALTER TABLE session_parties ADD COLUMN vanished_at timestamptz(3), ADD COLUMN vanished_code text,
  ADD CONSTRAINT session_parties_vanished CHECK ((status = 'vanished') = (vanished_at IS NOT NULL) AND (status = 'vanished') = (vanished_code IS NOT NULL));`);
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('migrations go forward only'));
  }
}
