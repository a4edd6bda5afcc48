import { ANALYSIS } from './analysis.js';
import { AUDIT } from './audit.js';
import { CLI } from './cli.js';
import { type CodeTexts } from './code-text.js';
import { DATA } from './data.js';
import { DECISIONS } from './decisions.js';
import { KEYS } from './keys.js';
import { POLICY } from './policy.js';
import { PROGRAM_TEXTS } from './programs.js';
import { REPORT } from './report.js';
import { REQUESTS } from './requests.js';
import { SESSIONS } from './sessions.js';
import { SETUP } from './setup.js';
import { STOCK } from './stock.js';

/** Every error code with its long text. */
export const CODES: CodeTexts = { ...SETUP, ...KEYS, ...POLICY, ...ANALYSIS, ...DECISIONS, ...REQUESTS, ...DATA, ...PROGRAM_TEXTS, ...REPORT, ...SESSIONS, ...STOCK, ...AUDIT, ...CLI };
