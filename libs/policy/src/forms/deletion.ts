import { reaches } from '../decide/scope.js';
import { durationText } from '../meaning/calendar.js';
import { deadlineOf } from '../meaning/deadline.js';
import { resultsOf } from '../meaning/scope.js';
import { limitsText, listed, ofPrograms } from '../render/parts.js';
import { type Deletion } from '../rules.js';
import { type DeletionNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const deletionForm: SentenceForm<DeletionNode, Deletion> = {
  node: 'deletion',
  rule: 'deletion',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const seconds = deadlineOf(names, node, node.duration);
    return scope === undefined || seconds === undefined ? undefined : { kind: 'deletion', scope, seconds };
  },

  render: ({ scope, seconds }) => `Results${ofPrograms(scope)}${limitsText(scope)} must be deleted after ${durationText(seconds)}.`,
  explain: () => 'Each receiver attests with a signature that its copy is gone.',

  apply({ scope, seconds }, deciding) {
    if (!reaches(scope, deciding)) return;
    const by = [...new Set(deciding.job.receivers)].sort();
    deciding.owes({ kind: 'delete', by, seconds }, `${listed(by, 'and')} must delete the result after ${durationText(seconds)}`);
  },
};
