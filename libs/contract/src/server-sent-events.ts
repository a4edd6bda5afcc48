/** One event of a stream; comments and retry hints are skipped. */
export interface ServerSentEvent {
  readonly type: string;
  readonly id?: string;
  readonly data: string;
}

/** A peer that never ends an event must not fill our memory. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024;

/** Yields the events of a `text/event-stream` body (WHATWG HTML, 9.2.6, for streams that end their lines with LF or CR LF). */
export async function* serverSentEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let pending = '';
  let event = emptyEvent();
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    for (const raw of lines) {
      const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (line !== '') {
        readField(event, line);
      } else if (event.data.length > 0) {
        yield { type: event.type, data: event.data.join('\n'), ...(event.id === undefined ? {} : { id: event.id }) };
        event = emptyEvent();
      } else {
        event = emptyEvent();
      }
    }
    if (pending.length + event.chars > MAX_EVENT_CHARS) throw new Error(`an event is longer than ${MAX_EVENT_CHARS} characters`);
  }
}

interface OpenEvent {
  type: string;
  id?: string;
  data: string[];
  chars: number;
}
const emptyEvent = (): OpenEvent => ({ type: 'message', data: [], chars: 0 });

function readField(event: OpenEvent, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  event.chars += line.length;
  if (field === 'event') event.type = value;
  else if (field === 'data') event.data.push(value);
  else if (field === 'id') event.id = value;
}
