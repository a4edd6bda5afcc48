import { Injectable } from '@nestjs/common';
import { filter, Observable } from 'rxjs';
import { isTerminal } from '#contract';
import { WakeBus } from '../database/wake-bus.js';
import { type StreamEvent } from '../http/event-stream.js';
import { Problem } from '../http/problem.js';
import { Loop } from '../loop.js';
import { JobViews } from './job-views.service.js';

/** Intermediaries close silent streams. */
const PING_MS = 15_000;

/** Server-sent events of one job: `state` (with `id`), `progress`, and `ping`; ends after the last state. */
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
      const look = async (): Promise<void> => {
        for (const progress of await this.views.progress(id)) {
          const text = JSON.stringify(progress);
          if (sent.get(progress.node) === text) continue;
          sent.set(progress.node, text);
          subscriber.next({ type: 'progress', data: progress });
        }
        for (const event of await this.views.events(id, last)) {
          last = event.seq;
          subscriber.next({ type: 'state', id: String(event.seq), data: event });
          if (isTerminal(event.to)) return subscriber.complete();
        }
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
