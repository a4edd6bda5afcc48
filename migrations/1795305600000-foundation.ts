import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Keys, nodes, policies, jobs, sessions, the transparency log. Forward only. */
export class Foundation1795305600000 implements MigrationInterface {
  readonly name = 'Foundation1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const part of [IDENTITIES, POLICIES, JOBS, SESSIONS, REQUESTS, LOG]) await runner.query(part);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('migrations go forward only'));
  }
}

const IDENTITIES = `
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
  scopes text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE TABLE enrolment_tokens (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  node text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3)
);
CREATE TABLE challenges (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  sealing_key bytea NOT NULL,
  nonce bytea NOT NULL,
  secret bytea NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE TABLE nodes (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE,
  region text NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  status text NOT NULL CHECK (status IN ('registered', 'revoked')),
  approval_kid text NOT NULL,
  link_kid text NOT NULL,
  registration text NOT NULL,
  registered_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL
);
-- A key belongs to one node, for one purpose, for ever.
CREATE TABLE node_keys (
  kid text PRIMARY KEY,
  node_id text NOT NULL REFERENCES nodes,
  purpose text NOT NULL CHECK (purpose IN ('link', 'approval', 'witness', 'sealing')),
  public_key bytea NOT NULL,
  added_at timestamptz(3) NOT NULL DEFAULT now(),
  retired_at timestamptz(3)
);
CREATE INDEX node_keys_of_node ON node_keys (node_id);
CREATE TABLE node_statements (
  digest text PRIMARY KEY,
  node_id text NOT NULL REFERENCES nodes,
  kind text NOT NULL CHECK (kind IN ('registration', 'rotation')),
  version integer NOT NULL,
  statement text NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX node_statements_of_node ON node_statements (node_id, version);
CREATE TABLE connections (
  node_id text PRIMARY KEY REFERENCES nodes,
  instance uuid NOT NULL,
  connection uuid NOT NULL,
  connected_at timestamptz(3) NOT NULL DEFAULT now(),
  seen_at timestamptz(3) NOT NULL DEFAULT now(),
  disconnected_at timestamptz(3)
);`;

const POLICIES = `
CREATE TABLE policies (
  version integer PRIMARY KEY CHECK (version >= 1),
  file text NOT NULL,
  source text NOT NULL,
  digest text NOT NULL,
  previous text,
  registry json NOT NULL,
  sentences json NOT NULL,
  published_at timestamptz(3) NOT NULL DEFAULT now(),
  published_by text NOT NULL
);`;

const JOBS = `
CREATE TABLE jobs (
  id text PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  digest text NOT NULL UNIQUE,
  state text NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  event_count integer NOT NULL DEFAULT 0,
  requester text NOT NULL,
  spec json NOT NULL,
  statement text NOT NULL,
  policy_version integer NOT NULL REFERENCES policies,
  decision json NOT NULL,
  waiting_for text[] NOT NULL DEFAULT '{}',
  code text,
  reason text,
  not_before timestamptz(3),
  expires_at timestamptz(3) NOT NULL,
  accept_by timestamptz(3),
  end_by timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX jobs_open ON jobs (state, seq) WHERE state IN ('submitted', 'needs_signatures', 'authorised', 'offered', 'accepted', 'running', 'held');
CREATE INDEX jobs_of_requester ON jobs (requester, seq);
CREATE INDEX jobs_waiting_for ON jobs USING gin (waiting_for);
CREATE TABLE job_events (
  job_id text NOT NULL REFERENCES jobs,
  seq integer NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  from_state text,
  to_state text NOT NULL,
  attempt integer NOT NULL,
  code text,
  reason text,
  PRIMARY KEY (job_id, seq)
);
CREATE TABLE job_statements (
  digest text PRIMARY KEY,
  job_id text NOT NULL REFERENCES jobs,
  kind text NOT NULL CHECK (kind IN ('approval', 'veto', 'withdrawal')),
  signer text NOT NULL,
  kid text NOT NULL,
  statement text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX job_statements_of_job ON job_statements (job_id, recorded_at);`;

const SESSIONS = `
CREATE TABLE session_parties (
  job_id text NOT NULL REFERENCES jobs,
  attempt integer NOT NULL CHECK (attempt >= 1),
  node_id text NOT NULL REFERENCES nodes,
  node text NOT NULL,
  -- Index in the job's parties; null for a receiver that computes nothing.
  party integer,
  status text NOT NULL CHECK (status IN ('offered', 'accepted', 'running', 'held', 'finished', 'awaiting', 'delivered')),
  accept text,
  plan text,
  sealed json,
  receipt text,
  progress json,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, attempt, node_id)
);
CREATE INDEX session_parties_of_node ON session_parties (node_id, job_id);
CREATE TABLE gateway_reports (
  id uuid PRIMARY KEY,
  node_id text NOT NULL REFERENCES nodes,
  received_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX gateway_reports_received ON gateway_reports (received_at);`;

const REQUESTS = `
CREATE TABLE nonces (
  key text PRIMARY KEY,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX nonces_expiry ON nonces (expires_at);
CREATE TABLE idempotency_keys (
  caller text NOT NULL,
  key text NOT NULL,
  request_digest bytea NOT NULL,
  status integer,
  body text,
  lease_until timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);`;

const LOG = `
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  entry json NOT NULL,
  body text,
  salt bytea
);
CREATE TABLE leaves (
  idx bigint PRIMARY KEY CHECK (idx >= 0),
  leaf bytea NOT NULL CHECK (length(leaf) <= 16384),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  outbox_id bigint NOT NULL UNIQUE,
  type text NOT NULL,
  time text NOT NULL,
  actor text NOT NULL,
  subject text NOT NULL,
  from_state text,
  to_state text
);
CREATE INDEX leaves_type ON leaves (type, idx);
CREATE INDEX leaves_subject ON leaves (subject, idx);
CREATE INDEX leaves_actor ON leaves (actor, idx);
-- What a leaf commits to and may be erased while leaf and proofs stay valid.
CREATE TABLE leaf_bodies (
  idx bigint PRIMARY KEY REFERENCES leaves,
  salt bytea NOT NULL,
  body text NOT NULL
);
CREATE TABLE checkpoints (
  size bigint PRIMARY KEY CHECK (size >= 0),
  root bytea NOT NULL CHECK (length(root) = 32),
  note text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER leaves_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER job_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON job_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();`;
