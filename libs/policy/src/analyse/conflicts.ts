import { type Supposed } from '../requests/supposed.js';
import { type Narrowed } from '../requests/requests.js';
import { listed } from '../render/parts.js';
import { type Permit, type WrittenRule } from '../rules.js';
import { type Finding } from './finding.js';
import { lineOf, permitsOf, type Check, type Looking } from './looking.js';

/** Permissions that other sentences take back whole, and sentences that between them leave nothing of a permission or of one dataset in it. */
export const conflicts: Check = function* (looking) {
  const told = new Set<string>();
  for (const { written, permit } of permitsOf(looking)) {
    const whole = conflict(looking, written, permit, {});
    if (whole !== undefined) yield whole;
    else yield* contradictionsByDataset(looking, written, permit, told);
  }
};

function* contradictionsByDataset(looking: Looking, written: WrittenRule, permit: Permit, told: Set<string>): Generator<Finding> {
  for (const dataset of new Set(looking.known.registry.datasets.map(({ name }) => name))) {
    const found = conflict(looking, written, permit, { dataset });
    const key = JSON.stringify(found?.rules.slice(1));
    // One sentence that takes one dataset out of a wide permission is what prohibitions are for.
    if (found?.code !== 'CS0268' || told.has(key)) continue;
    told.add(key);
    yield found;
  }
}

/** What keeps everything from being allowed that a permit covers and that is as narrow; undefined when something can be allowed. */
function conflict(looking: Looking, written: WrittenRule, permit: Permit, narrowed: Narrowed): Finding | undefined {
  const alone = looking.alone(written, { anybody: false });
  const denied: Supposed[] = [];
  const passes = (policy = looking.policy) => looking.first(permit.scope, (supposed) => {
    if (!looking.canPass(supposed, alone)) return false;
    denied.push(supposed);
    return looking.canPass(supposed, policy);
  }, narrowed);
  if (passes() !== undefined || denied.length === 0) return undefined;
  const example = denied[0];
  const denying = new Set(denied.flatMap((supposed) => looking.deniers(supposed)));
  const deniers = looking.policy.rules.filter((one) => one !== written && denying.has(one));
  const needed = deniers.filter(({ rule }) => passes(looking.without(rule)) !== undefined);
  if (needed.length > 1) return contradiction(looking, written, needed, example, narrowed);
  const [only] = needed.length === 1 ? needed : looking.deniers(example);
  if (only === undefined) return undefined;
  return isWindow(only) ? neverOpens(looking, written, only, example) : alwaysDenied(looking, written, needed.length === 1 ? needed : looking.deniers(example), example);
}

const isWindow = ({ rule }: WrittenRule): boolean => rule.kind === 'require' && rule.must.every(({ kind }) => kind === 'window');

const alwaysDenied = (looking: Looking, written: WrittenRule, by: readonly WrittenRule[], example: Supposed): Finding => ({
  code: 'CS0261', severity: 'error', rules: [looking.cite(written, 'allows nothing'), ...by.map((one) => looking.cite(one, 'denies all that it allows'))],
  message: `everything that this sentence allows is denied by ${listed(by.map(lineOf), 'and')}`,
  help: ['take the sentence out, or except from the other what is meant to be allowed'],
  example: looking.exampleSigned(example, 'everybody who can sign has signed this request, and it is denied'),
});

const neverOpens = (looking: Looking, written: WrittenRule, window: WrittenRule, example: Supposed): Finding => ({
  code: 'CS0267', severity: 'error', rules: [looking.cite(window, 'is never open while the other sentence lasts'), looking.cite(written, 'is past, or not begun, whenever the window is open')],
  message: `this window never opens while the permission of ${lineOf(written)} lasts`,
  help: ['let the dates take in a time at which the window is open'],
  example: looking.exampleSigned(example, 'at every time at which the permission lasts, this request is outside of the window'),
});

const contradiction = (looking: Looking, written: WrittenRule, between: readonly WrittenRule[], example: Supposed, { dataset }: Narrowed): Finding => ({
  code: 'CS0268', severity: 'error', rules: [looking.cite(written, 'allows nothing because of them'), ...between.map((one) => looking.cite(one, 'leaves nothing that the other lets through'))],
  message: `${listed(between.map(lineOf), 'and')} contradict each other: together they leave nothing of what this sentence allows${dataset === undefined ? '' : ` on ${dataset}`}`,
  help: ['no request can satisfy both: change one, or let them speak of different requests'],
  example: looking.exampleSigned(example, 'everybody who can sign has signed this request, and it is denied; without either sentence something like it is allowed'),
});
