import { z } from 'zod';
import { type Bar, barPlot, MOST_BARS } from '../plots/bars.js';
import { type Asked, type Findings, type Reader, type Table } from './figure.js';
import { amountText, briefText } from './numbers.js';

const Standardised = z.record(z.string(), z.strictObject({ coefficient: z.number(), standardised: z.number() }));
const Plain = z.record(z.string(), z.number());

const bySize = (bars: readonly Bar[]): Bar[] => [...bars].sort((a, b) => Math.abs(b.value ?? 0) - Math.abs(a.value ?? 0));
const logarithmsOf = ({ parameters: { logarithms } }: Asked): boolean => logarithms !== undefined && logarithms !== '' && !(Array.isArray(logarithms) && logarithms.length === 0);

/** A model's weights, the heaviest first: standardised where there are such, so that they can be compared. */
export const readCoefficients: Reader = (value, asked): Findings | undefined => {
  if (value === null) return { notes: ['No model was opened.'] };
  const standardised = Standardised.safeParse(value);
  const both = standardised.success ? Object.entries(standardised.data) : [];
  const plain = standardised.success ? undefined : Plain.safeParse(value);
  if (!standardised.success && !plain?.success) return undefined;
  const bars = bySize(standardised.success ? both.map(([name, of]) => ({ name, value: of.standardised })) : Object.entries(plain!.data!).map(([name, of]) => ({ name, value: of })));
  if (bars.length === 0) return undefined;
  const own = new Map(both.map(([name, { coefficient }]) => [name, coefficient]));
  const columns = standardised.success ? ['column', 'standardised', 'in its own unit'] : ['column', 'coefficient'];
  const table: Table = { caption: 'Coefficients, the heaviest first', columns, rows: bars.map(({ name, value: weight }) => [name, amountText(weight), ...(standardised.success ? [amountText(own.get(name)!)] : [])]) };
  const axis = standardised.success ? 'standardised coefficient' : 'coefficient, each in its own unit';
  return {
    figures: [{
      title: 'Coefficients',
      reading: `${standardised.success
        ? 'How far the model moves when a column moves by one standard deviation: bars can be compared. To the right a column speaks for, to the left against.'
        : 'How far the model moves when a column moves by one of its units: bars of columns with different units cannot be compared.'}${logarithmsOf(asked) ? ' The coefficient of a logarithm for that of the target is an elasticity: per cent for one per cent.' : ''}`,
      plot: {
        description: `${bars.length === 1 ? 'One bar' : `${Math.min(bars.length, MOST_BARS)} bars`}, the heaviest first: ${bars.slice(0, 8).map(({ name, value: weight }) => `${name} ${briefText(weight!)}`).join(', ')}${bars.length > 8 ? ', and so on' : ''}.`,
        draw: (words) => barPlot(bars, { axis, text: briefText }, words),
      },
      tables: [table],
    }],
  };
};

export const readIntercept: Reader = (value, _asked, name) =>
  (typeof value === 'number' ? { tiles: [{ name: name === 'intercept' ? 'Intercept' : 'Intercept, standardised', value: amountText(value) }] } : undefined);

export const readNarrow: Reader = (value) =>
  (Array.isArray(value) && value.every((each) => typeof each === 'string') ? { notes: [`These columns hardly vary beside their declared range, and their coefficients say little: ${value.join(', ')}.`] } : undefined);
