import { canonicalDecimal } from '../decimal.js';
import { type Range } from '../syntax.js';
import { wordNumber } from './count.js';
import { type Resolver } from './resolver.js';

/** A decimal greater than 0 without needless zeros, or undefined after refusing it. `at` is marked where no number is written. */
export function decimalOf(names: Resolver, at: Range, written: Range | null, of: 'epsilon' | 'delta'): string | undefined {
  const example = of === 'epsilon' ? '0.5' : '0.000001';
  if (written === null) {
    names.refusals.add('CS0242', names.place(at), `does not say how much ${of}`, { help: [`write a number, for example \`${example}\``] });
    return undefined;
  }
  const text = names.text(written).toLowerCase();
  const value = canonicalDecimal(wordNumber(text)?.toString() ?? text);
  const tooMuch = of === 'delta' && value !== undefined && /^[1-9]/.test(value);
  if (value !== undefined && value !== '0' && !tooMuch) return value;
  const help = /^[0-9.]+e-?[0-9]+$/.test(text) ? `write it out, for example \`${example}\`` : of === 'delta' ? 'write a number between 0 and 1, or leave `delta` out for pure differential privacy' : 'write a number greater than 0, for example `0.5`';
  names.refusals.add('CS0242', names.place(written), `\`${text}\` is no ${of}`, { help: [help] });
  return undefined;
}
