import { z } from 'zod';
import { matrixPlot } from '../plots/matrix.js';
import { curvePlot, type Point } from '../plots/curve.js';
import { type Asked, type Findings, type Reader } from './figure.js';
import { amountText, countText, percentText, share } from './numbers.js';

const Count = z.number().min(0);
const Confusion = z.strictObject({ 'called 1': z.strictObject({ 'is 1': Count, 'is 0': Count }), 'called 0': z.strictObject({ 'is 1': Count, 'is 0': Count }) });

/** What the model is to tell: `diagnosis is malignant`, and the rest. */
function classesOf({ parameters: { label, positive = '1' } }: Asked): { readonly yes: string; readonly no: string } {
  return label === undefined || positive === '1' ? { yes: label === undefined ? '1' : `${String(label)} 1`, no: label === undefined ? '0' : `${String(label)} 0` } : { yes: String(positive), no: `not ${String(positive)}` };
}

/** Called and is, with the rates that people ask for. */
export const readConfusion: Reader = (value, asked): Findings | undefined => {
  const parsed = Confusion.safeParse(value);
  if (!parsed.success) return undefined;
  const { 'called 1': { 'is 1': tp, 'is 0': fp }, 'called 0': { 'is 1': fn, 'is 0': tn } } = parsed.data;
  const { yes, no } = classesOf(asked);
  const cells = [[tp, fp], [fn, tn]];
  const ofActual = (row: number, column: number): number => share(cells[row]![column]!, column === 0 ? tp + fn : fp + tn) ?? 0;
  const [columns, rows] = [[`is ${yes}`, `is ${no}`], [`called ${yes}`, `called ${no}`]];
  return {
    figures: [{
      title: 'Confusion matrix',
      reading: `Held-out rows by what the model calls them and what they are. The fuller the colour, the more of the rows of its column a cell holds; right calls lie on the diagonal from the upper left.`,
      plot: {
        description: `${amountText(tp)} rows that are ${yes} are called so and ${amountText(fn)} are not; ${amountText(fp)} rows that are ${no} are called ${yes} and ${amountText(tn)} are not.`,
        draw: (words) => matrixPlot({ rows, columns, cells, shade: ofActual, text: (row, column) => amountText(cells[row]![column]!) }, words),
      },
      tables: [
        { caption: 'Rows by call and by what they are', columns: ['', ...columns], rows: rows.map((name, row) => [name, ...cells[row]!.map((count) => amountText(count))]) },
        {
          caption: 'What follows from these counts', columns: ['rate', 'value', 'meaning'],
          rows: [
            ['sensitivity', percentText(share(tp, tp + fn)), `of the rows that are ${yes}, called so`],
            ['specificity', percentText(share(tn, tn + fp)), `of the rows that are ${no}, called so`],
            ['precision', percentText(share(tp, tp + fp)), `of the rows called ${yes}, right`],
            ['negative predictive value', percentText(share(tn, tn + fn)), `of the rows called ${no}, right`],
          ],
        },
      ],
    }],
  };
};

const Rate = z.number().min(0).max(1);
const Roc = z.array(z.tuple([Rate, Rate])).min(2);

/** The points of the ROC that were asked for. */
export const readRoc: Reader = (value, asked): Findings | undefined => {
  if (Array.isArray(value) && value.length === 0) return { notes: ['There is no ROC curve: the held-out rows are all of one class.'] };
  const parsed = Roc.safeParse(value);
  if (!parsed.success) return undefined;
  const points: readonly Point[] = parsed.data;
  const { yes, no } = classesOf(asked);
  return {
    figures: [{
      title: 'ROC curve',
      reading: `As the model calls more rows ${yes}: which part of those that are it finds (up), and which part of the others it calls so wrongly (right). The dashed line is a model that guesses; the area under the curve is in the figures above, over all thresholds.`,
      plot: {
        description: `${points.length} points from (0, 0) to (1, 1): ${points.filter((_, i) => i > 0 && i < points.length - 1).slice(0, 12).map(([x, y]) => `${percentText(y)} found at ${percentText(x)} false alarms`).join('; ')}.`,
        draw: (words) => curvePlot({ points, x: `false positive rate (${no} called ${yes})`, y: `true positive rate (${yes} found)`, rates: true }, words),
      },
      tables: [{ caption: 'Points of the curve', columns: ['point', 'false positive rate', 'true positive rate'], rows: points.map(([x, y], i) => [String(i + 1), percentText(x), percentText(y)]) }],
    }],
  };
};

const Test = z.strictObject({ rows: Count, accuracy: z.number().nullable().optional(), auc: z.number().nullable().optional(), rmse: z.number().nullable().optional(), r2: z.number().nullable().optional() });

/** How good a model is on rows that it did not see, of classes or of numbers. */
export const readTest: Reader = (value, _asked, name): Findings | undefined => {
  const parsed = Test.safeParse(value);
  if (!parsed.success) return undefined;
  const { rows, accuracy, auc, rmse, r2 } = parsed.data;
  const on = name === 'errors' ? 'on the rows that are forecast' : `on ${countText(rows, 'held-out row')}`;
  return {
    tiles: [
      ...(auc === undefined ? [] : [{ name: 'Area under the ROC (AUC)', value: auc === null ? 'none' : auc.toFixed(4), note: `${on}; 1 is perfect, 0.5 is a guess` }]),
      ...(accuracy === undefined ? [] : [{ name: 'Accuracy', value: percentText(accuracy), note: `rows called rightly, ${on}` }]),
      ...(rmse === undefined ? [] : [{ name: 'Root mean square error', value: amountText(rmse), note: `${on}, in the unit of what is told` }]),
      ...(r2 === undefined ? [] : [{ name: 'Variance explained (R²)', value: r2 === null ? 'none' : r2.toFixed(4), note: `${on}; 1 is perfect, 0 is no better than their mean` }]),
      ...(name === 'errors' ? [{ name: 'Rows forecast', value: amountText(rows) }] : []),
    ],
  };
};
