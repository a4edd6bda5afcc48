import { reaches } from '../decide/scope.js';
import { durationText } from '../meaning/calendar.js';
import { deadlineOf } from '../meaning/deadline.js';
import { noticePoolOf } from '../meaning/notified.js';
import { resultsOf } from '../meaning/scope.js';
import { byText, limitsText, listed, notifiedText, ofPrograms } from '../render/parts.js';
import { type Notice } from '../rules.js';
import { type NoticeNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const noticeForm: SentenceForm<NoticeNode, Notice> = {
  node: 'notice',
  rule: 'notice',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const notify = noticePoolOf(names, node, node.notify);
    const seconds = deadlineOf(names, node, node.duration);
    return scope === undefined || notify === undefined || seconds === undefined ? undefined : { kind: 'notice', scope, notify, seconds };
  },

  render: ({ scope, notify, seconds }) => `After every computation${ofPrograms(scope)}${byText(scope)}${limitsText(scope)}, notify ${listed(notify.map(notifiedText), 'and')} within ${durationText(seconds)}.`,
  explain: ({ notify }) => (notify.some((part) => 'role' in part) ? 'Of those who hold a role, any one attests with a signature that it was told.' : 'Who is told attests it with a signature.'),

  apply({ scope, notify, seconds }, deciding) {
    if (!reaches(scope, deciding)) return;
    for (const part of notify) {
      for (const by of deciding.toldApart(part)) {
        if (by.length === 0) deciding.denies(`nobody can be notified as ${notifiedText(part)}`);
        else deciding.owes({ kind: 'notify', by, seconds }, `${listed(by, 'or')} is to be notified within ${durationText(seconds)}`);
      }
    }
  },
};
