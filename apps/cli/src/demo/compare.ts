/** One figure of a result beside the same figure from the clear. */
export interface Compared {
  readonly figure: string;
  readonly joint: number;
  readonly clear: number;
  /** |joint − clear| / |clear|, or the absolute difference where `clear` is 0; beside `unit` where that is greater. */
  readonly difference: number;
  /** How many values this line stands for; the one that differs most is shown. */
  readonly values: number;
}

interface Told {
  readonly figure?: string;
  readonly unit?: number;
}

const differenceOf = (joint: number, clear: number, unit: number): number => Math.abs(joint - clear) / (Math.max(unit, Math.abs(clear)) || 1);

/** Every number of `clear` beside the one at the same place of `joint`; a vector is one line, by its largest difference. */
export function compare(joint: unknown, clear: unknown, { figure = '', unit = 0 }: Told = {}): Compared[] {
  if (typeof clear === 'number') {
    const value = typeof joint === 'number' ? joint : Number.NaN;
    return [{ figure, joint: value, clear, difference: differenceOf(value, clear, unit), values: 1 }];
  }
  if (Array.isArray(clear)) return [vector(joint, clear as number[], figure, unit)];
  return Object.entries(clear as Record<string, unknown>).flatMap(([name, value]) => compare((joint as Record<string, unknown> | undefined)?.[name], value, { figure: name === 'groups' || name === 'counts' ? figure : `${figure} ${name}`.trim(), unit }));
}

function vector(joint: unknown, clear: readonly number[], figure: string, unit: number): Compared {
  const values = Array.isArray(joint) && joint.length === clear.length ? (joint as number[]) : clear.map(() => Number.NaN);
  const compared = clear.map((value, index) => ({ joint: values[index], clear: value, difference: differenceOf(values[index], value, unit) }));
  const worst = compared.reduce((a, b) => (b.difference > a.difference || Number.isNaN(b.difference) ? b : a));
  return { figure, ...worst, values: clear.length };
}
