/** What the browser tests load: the three libraries that a page may use to check things itself. */
import * as policy from '#policy';
import * as pqc from '#pqc/portable';
import * as tlog from '#tlog';

Object.assign(globalThis, { countersign: { policy, pqc, tlog } });
