import { type Response } from 'express';
import { type Observable } from 'rxjs';

export interface StreamEvent {
  readonly type: string;
  readonly id?: string;
  readonly data: object;
}

/** A reader that lets this much pile up is cut off; it comes back with Last-Event-ID. */
const MAX_UNREAD_BYTES = 1_048_576;

/** Answers with server-sent events (WHATWG HTML 9.2) until `events` completes or the reader leaves. */
export function sendEvents(response: Response, events: Observable<StreamEvent>): void {
  response.status(200).set({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' });
  response.flushHeaders();
  const subscription = events.subscribe({
    next: ({ type, id, data }) => {
      response.write(`event: ${type}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    },
    error: () => response.destroy(),
    complete: () => response.end(),
  });
  response.once('close', () => subscription.unsubscribe());
}
