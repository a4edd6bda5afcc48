import { makeStatements } from '../statements.js';
import { digestOf, keyIdOf, labelledHash, sha256 } from './hash.js';
import { verifySignature } from './signing.js';

export const { readStatement, verifyStatement, statementDigest } = makeStatements({ sha256, labelledHash, digestOf, keyIdOf }, verifySignature);
