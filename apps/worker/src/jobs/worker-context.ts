import type { Logger } from 'pino';
import type { Progress, Report } from '../gateway/gateway.js';
import type { NodeHome } from '../node-home/home.js';
import type { SessionPool } from '../session/session-process.js';
import type { Stock } from '../stock/index.js';
import type { Fillings } from './filling.js';
import type { ReadTable } from './inputs.js';

/** What attempts act upon; everything with an effect, so that they can be run without a network. */
export interface WorkerContext {
  readonly home: NodeHome;
  readonly pool: SessionPool;
  readonly readTable: ReadTable;
  readonly stock?: Stock;
  readonly fillings: Fillings;
  readonly report: (report: Report) => void;
  readonly progress: (progress: Progress) => void;
  readonly clock: () => Date;
  /** The control plane's clock, by which its deadlines are meant. */
  readonly serviceClock: () => Date;
  readonly log: Logger;
}
