import { type ProgramDefinition } from '#program';

type Recorded = Extract<ProgramDefinition['computation'], { kind: 'recorded' }>['recording'];
type Step = Recorded['steps'][number];
type Value = Extract<Step, { readonly call: string }>['with'][number] | Recorded['steps'][number]['out'];

/** More than people read; `--json` has all. */
const MOST_LINES = 60;

/** What a published program computes and opens, as its author's code reads: whoever approves it looks at these steps, and not at a sentence alone. */
export function recordingLines({ steps, opens }: Recorded, mostLines = MOST_LINES): string[] {
  const computed = steps.slice(0, mostLines).map((step) => `${step.out} = ${stepText(step)}`);
  const more = steps.length - computed.length;
  return [...computed, ...(more > 0 ? [`… and ${more} more; --json has all`] : []), ...opens.map(({ name, tensor }) => `open ${name}: ${tensor}`)];
}

function stepText(step: Step): string {
  if ('call' in step) return `${step.on}.${step.call}(${step.with.map(valueText).join(', ')})`;
  if ('rows' in step) return `${step.rows}: ${step.columns.map((column) => (typeof column === 'string' ? JSON.stringify(column) : valueText(column))).join(', ')}${step.scaled ? ', scaled to [−1, 1]' : ''}`;
  if ('present' in step) return `${step.present}: 1 for a row, 0 for padding`;
  if ('count' in step) return `${step.count}: how many rows there are`;
  if ('concat' in step) return `${step.concat.join(' then ')}, along axis ${step.axis}`;
  return `constant of ${step.shape.map(valueText).join(' × ') || '1'}: ${step.constant.slice(0, 8).map(valueText).join(', ')}${step.constant.length > 8 ? ', …' : ''}`;
}

/** Parameters in angle brackets, since their values come with the request. */
function valueText(value: Value): string {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if ('parameter' in value) return `<${value.parameter}>`;
  if ('number' in value) return value.number;
  if ('rows' in value) return `rows of ${value.rows}`;
  return `${(value as { readonly fractionBits: number }).fractionBits} fraction bits`;
}
