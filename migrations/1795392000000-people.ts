import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** People and their keys, standing words on programs, policies that wait for signatures. Forward only. */
export class People1795392000000 implements MigrationInterface {
  readonly name = 'People1795392000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [PEOPLE, PROGRAMS, POLICIES]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const PEOPLE = `
-- Keys of people belong to one person, for one purpose, for ever. The public keys come with what they sign.
CREATE TABLE people (
  approval_kid text PRIMARY KEY,
  link_kid text NOT NULL UNIQUE,
  node_id text NOT NULL REFERENCES nodes,
  name text NOT NULL,
  roles text[] NOT NULL,
  added_at timestamptz(3) NOT NULL DEFAULT now(),
  retired_at timestamptz(3)
);
CREATE UNIQUE INDEX people_in_office ON people (node_id, name) WHERE retired_at IS NULL;`;

const PROGRAMS = `
CREATE TABLE program_statements (
  digest text PRIMARY KEY,
  program_digest text NOT NULL,
  signer text NOT NULL,
  kid text NOT NULL,
  statement text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX program_statements_of_program ON program_statements (program_digest, recorded_at);`;

const POLICIES = `
-- Null while a policy waits for signatures, and for good when another got in force meanwhile.
ALTER TABLE policies ADD COLUMN in_force_at timestamptz(3);
UPDATE policies SET in_force_at = published_at;
CREATE TABLE policy_statements (
  digest text PRIMARY KEY,
  version integer NOT NULL REFERENCES policies,
  signer text NOT NULL,
  kid text NOT NULL,
  statement text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX policy_statements_of_version ON policy_statements (version, recorded_at);`;
