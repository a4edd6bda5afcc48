import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What was decided on what grounds, what jobs draw on limits, what is owed after a release, and how fast links are. Forward only. */
export class Ledger1795478400000 implements MigrationInterface {
  readonly name = 'Ledger1795478400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [DECISIONS, LIMITS, DUTIES, LINKS]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const DECISIONS = `
CREATE TABLE decisions (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job_id text NOT NULL REFERENCES jobs,
  -- The instant of the facts.
  at timestamptz(3) NOT NULL,
  policy_version integer NOT NULL REFERENCES policies,
  request json NOT NULL,
  facts json NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('allow', 'deny', 'needs_signatures')),
  summary text NOT NULL,
  rules json NOT NULL,
  decided_by text NOT NULL CHECK (decided_by IN ('policy', 'veto')),
  -- Of all columns but seq and at: a decision that says the same on the same facts is not recorded again.
  content bytea NOT NULL CHECK (length(content) = 32)
);
CREATE INDEX decisions_of_job ON decisions (job_id, seq);
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`;

const LIMITS = `
-- One row for each job that was ever dispatched, under limits or not, so that a new limit can count what came before it.
CREATE TABLE job_uses (
  job_id text PRIMARY KEY REFERENCES jobs,
  -- When it was dispatched last: the period it counts in.
  at timestamptz(3) NOT NULL,
  state text NOT NULL CHECK (state IN ('reserved', 'charged', 'refunded')),
  decision bigint NOT NULL REFERENCES decisions
);
CREATE INDEX job_uses_at ON job_uses (at);
-- A limit in one period. Its row is the lock under which the limit is drawn upon, and says that earlier jobs are counted.
CREATE TABLE limit_counters (
  key text NOT NULL,
  period_from timestamptz(3) NOT NULL,
  period_until timestamptz(3) NOT NULL,
  counted_since timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (key, period_from)
);
CREATE TABLE limit_draws (
  key text NOT NULL,
  period_from timestamptz(3) NOT NULL,
  job_id text NOT NULL REFERENCES job_uses,
  amount numeric NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (key, period_from, job_id),
  FOREIGN KEY (key, period_from) REFERENCES limit_counters
);
CREATE INDEX limit_draws_of_job ON limit_draws (job_id);
-- Whether this party may have sent a share, as it says itself once its part has ended.
ALTER TABLE session_parties ADD COLUMN shares_sent boolean;`;

const DUTIES = `
CREATE TABLE duties (
  id text PRIMARY KEY,
  digest text NOT NULL UNIQUE,
  job_id text NOT NULL REFERENCES jobs,
  kind text NOT NULL CHECK (kind IN ('notify', 'delete')),
  by_names text[] NOT NULL,
  rule json NOT NULL,
  owed_since timestamptz(3) NOT NULL,
  due_at timestamptz(3) NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'overdue', 'done'))
);
CREATE INDEX duties_open ON duties (due_at) WHERE state = 'open';
CREATE INDEX duties_of_job ON duties (job_id);
CREATE INDEX duties_by ON duties USING gin (by_names);
CREATE TABLE duty_attestations (
  digest text PRIMARY KEY,
  duty_id text NOT NULL REFERENCES duties,
  signer text NOT NULL,
  kid text NOT NULL,
  statement text NOT NULL,
  note text,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX duty_attestations_of_duty ON duty_attestations (duty_id);`;

const LINKS = `
-- The latest measurement of each end of each pair.
CREATE TABLE link_round_trips (
  measured_by text NOT NULL,
  peer text NOT NULL,
  microseconds integer NOT NULL CHECK (microseconds >= 0),
  measured_at timestamptz(3) NOT NULL,
  job_id text NOT NULL REFERENCES jobs,
  PRIMARY KEY (measured_by, peer)
);`;
