import { type Config } from './config.js';

/** Injection token of the settings: a `DatabaseConfig`. */
export const CONFIG = Symbol('config');
export type DatabaseConfig = Config & { readonly databaseUrl: string };
/** Injection token: a random id of this process, which owns its sockets. */
export const INSTANCE = Symbol('instance');
