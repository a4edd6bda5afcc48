import { isTerminal, type ApiClient, type JobStreamEvent, type JobView } from '#contract';

const RECONNECT_MS = 500;
const POLL_MS = 250;

export interface Watching {
  readonly client: ApiClient;
  readonly id: string;
  /** Ends the wait; the last view seen is returned. */
  readonly signal: AbortSignal;
  /** Also stop here; terminal states always end the wait. */
  readonly until?: (job: JobView) => boolean;
  readonly onEvent?: (event: JobStreamEvent) => void;
}

/** The job once it has ended, or `until` holds, or the signal fires. Reconnects to the stream of events as long as it takes. */
export async function watchJob({ client, id, signal, until = () => false, onEvent }: Watching): Promise<JobView> {
  let job = await client.job(id);
  let after = 0;
  const done = (): boolean => isTerminal(job.state) || until(job) || signal.aborted;
  while (!done()) {
    const stream = new AbortController();
    const stop = (): void => stream.abort(new Error('done'));
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const event of client.watchJob(id, { after, signal: stream.signal })) {
        onEvent?.(event);
        if (event.type !== 'state') continue;
        after = Math.max(after, event.seq);
        job = await client.job(id);
        if (done()) break;
      }
    } catch (error) {
      if (!signal.aborted && !isInterruption(error)) throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
    if (!done()) {
      await pause(after === 0 ? POLL_MS : RECONNECT_MS, signal);
      if (!signal.aborted) job = await client.job(id);
    }
  }
  return job;
}

/** A stream that broke off; the control plane may be restarting. */
const isInterruption = (error: unknown): boolean => error instanceof Error && 'code' in error && ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(String(error.code));

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
