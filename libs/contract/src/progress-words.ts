import { type ProgressView } from './api.js';
import { type StagePart } from './progress.js';

/** Progress in words, for the command line and for pages alike. */

const ORDER: readonly ProgressView['phase'][] = ['connecting', 'preprocessing', 'inputs', 'online'];
const portion = ({ done, of }: Pick<ProgressView, 'done' | 'of'>): number => (of === 0 ? 1 : done / of);

/** The node that all others wait for: the least far one, the first of several. */
export function slowest(all: readonly ProgressView[]): ProgressView | undefined {
  return all.reduce<ProgressView | undefined>((least, each) => {
    if (least === undefined) return each;
    const [own, other] = [ORDER.indexOf(each.phase), ORDER.indexOf(least.phase)];
    return own < other || (own === other && portion(each) < portion(least)) ? each : least;
  }, undefined);
}

/** How much of its phase is done, from 0 to 1. */
export const portionOf = (progress: ProgressView): number => Math.min(1, Math.max(0, portion(progress)));

const counted = ({ kind, index, of, name }: StagePart): string => `${kind} ${index} of ${of}${name === undefined ? '' : ` (${name})`}`;

/** `epoch 3 of 10, step 23 of 50`; nothing where the program does not say. */
export const stageText = (stage: readonly StagePart[] = []): string => stage.map(counted).join(', ');

/** Where it is, without how much was sent. */
export function progressText({ phase, done, of, stage }: ProgressView): string {
  switch (phase) {
    case 'connecting': return `connecting, ${done} of ${of} peers`;
    case 'preprocessing': return of > 1 || done > 0 ? `preparing correlations, batch ${done} of ${of}` : 'preparing';
    case 'inputs': return 'sharing inputs';
    case 'online': return `${stage ? `${stageText(stage)}, ` : ''}round ${done} of ${of}`;
  }
}
