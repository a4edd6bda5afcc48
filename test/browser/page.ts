/** What the browser tests load: the libraries that a page may use to check things itself. */
import * as contract from '#contract';
import * as policy from '#policy';
import * as pqc from '#pqc/portable';
import * as tlog from '#tlog';

export const libraries = { contract, policy, pqc, tlog };
Object.assign(globalThis, { countersign: libraries });
