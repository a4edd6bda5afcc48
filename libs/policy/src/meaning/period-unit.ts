import { type PeriodUnit } from '../rules.js';
import { type Range } from '../syntax.js';
import { nearestName } from './nearest-name.js';
import { type Resolver } from './resolver.js';

const UNITS: readonly PeriodUnit[] = ['day', 'week', 'month', 'quarter', 'year'];
const HELP = 'write `per day`, `per week`, `per month`, `per quarter` or `per year`';

/** The period that follows "per", or undefined after refusing it. `at` is marked where none is written. */
export function periodUnitOf(names: Resolver, at: Range, written: Range | null): PeriodUnit | undefined {
  if (written === null) {
    names.refusals.add('CS0243', names.place(at), 'does not say in which time', { help: [HELP] });
    return undefined;
  }
  const text = names.text(written).toLowerCase();
  const unit = UNITS.find((known) => known === text);
  if (unit !== undefined) return unit;
  const near = nearestName(text, UNITS, (known) => known);
  names.refusals.add('CS0243', names.place(written), `limits are not counted per \`${text}\``, { help: [near === undefined ? HELP : `did you mean \`${near}\`?`], fix: near });
  return undefined;
}
