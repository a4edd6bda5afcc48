import { type DutyView } from '#contract';
import { listText } from './decision.js';

export const dutyText = ({ kind, by }: Pick<DutyView, 'kind' | 'by'>): string => (kind === 'delete' ? `delete the result at ${listText(by)}` : `notify ${by.length === 1 ? by[0] : `one of ${by.join(', ')}`}`);

export const dutyLine = (duty: DutyView): string => `${duty.id}  ${duty.state}: ${dutyText(duty)}, due ${duty.dueAt}`;
