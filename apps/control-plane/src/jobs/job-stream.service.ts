import { Injectable } from '@nestjs/common';
import { filter, Observable } from 'rxjs';
import { isTerminal, type JobEvent } from '#contract';
import { WakeBus } from '../database/wake-bus.js';
import { type StreamEvent } from '../http/event-stream.js';
import { Problem } from '../http/problem.js';
import { Loop } from '../loop.js';
import { JobViews } from './job-views.service.js';

/** Intermediaries close silent streams. */
const PING_MS = 15_000;

/** Server-sent events of one job: `state` (with `id`), `progress`, whose last word comes before the state that ends a session, and `ping`; ends after the last state. */
@Injectable()
export class JobStream {
  constructor(
    private readonly views: JobViews,
    private readonly bus: WakeBus,
  ) {}

  /** Events after `lastEventId`, first those that have happened, then as they happen. @throws Problem for an unknown job */
  async of(id: string, lastEventId: string | undefined): Promise<Observable<StreamEvent>> {
    if (lastEventId !== undefined && !/^[0-9]{1,9}$/.test(lastEventId)) throw new Problem(400, 'CS0400', 'the header `last-event-id` is the number of an event');
    await this.views.show(id);
    return new Observable<StreamEvent>((subscriber) => {
      let last = Number(lastEventId ?? 0);
      const sent = new Map<string, string>();
      let first = true;
      const look = async (): Promise<void> => {
        // In this order, so that progress is at least as new as the last event.
        const events = await this.views.events(id, last);
        const progress = await this.views.progress(id);
        const isOver = ({ to }: JobEvent): boolean => to === 'held' || isTerminal(to);
        const over = events.findIndex(isOver);
        const tellStates = (some: readonly JobEvent[]): void => {
          for (const event of some) {
            last = event.seq;
            subscriber.next({ type: 'state', id: String(event.seq), data: event });
            if (isTerminal(event.to)) return subscriber.complete();
          }
        };
        tellStates(over < 0 ? events : events.slice(0, over));
        for (const each of progress) {
          const text = JSON.stringify(each);
          if (sent.get(each.node) === text) continue;
          sent.set(each.node, text);
          // How far a session came that was over before anybody looked tells nothing.
          if (over < 0 || !first) subscriber.next({ type: 'progress', data: each });
        }
        first = false;
        if (over >= 0) tellStates(events.slice(over));
      };
      const loop = new Loop(look, { everyMs: 5_000, onError: (error) => subscriber.error(error) });
      const woken = this.bus.signals.pipe(filter((signal) => signal.of === 'resync' || ('id' in signal && signal.id === id))).subscribe(() => loop.wake());
      const ping = setInterval(() => subscriber.next({ type: 'ping', data: {} }), PING_MS);
      loop.start();
      return () => {
        clearInterval(ping);
        woken.unsubscribe();
        void loop.stop();
      };
    });
  }
}
