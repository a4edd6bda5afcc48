import { type Problem as ProblemBody } from '#contract';

/** Extra members of a problem (RFC 9457 §3.2). */
export type ProblemExtras = Pick<ProblemBody, 'diagnostics' | 'decision'>;

/** A request that cannot be served: becomes `application/problem+json`. Its text never holds a secret or a value of a data set. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly help: readonly string[];
  readonly extras: ProblemExtras;
  constructor(
    readonly status: number,
    /** Stable, what programs switch on. */
    readonly code: string,
    /** One lower-case line that names the thing in backticks. */
    message: string,
    options: { readonly help?: string | readonly string[]; readonly extras?: ProblemExtras; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.help = typeof options.help === 'string' ? [options.help] : (options.help ?? []);
    this.extras = options.extras ?? {};
  }
}

export const notFound = (what: string, id: string): Problem => new Problem(404, 'CS0404', `no ${what} \`${id}\``);

export function problemBody(problem: Problem, instance: string): ProblemBody {
  return {
    type: `urn:countersign:problem:${problem.code}`,
    title: TITLES[problem.status] ?? 'error',
    status: problem.status,
    detail: problem.message,
    instance,
    code: problem.code,
    ...(problem.help.length > 0 ? { help: [...problem.help] } : {}),
    ...problem.extras,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'invalid request', 401: 'who are you', 403: 'not allowed', 404: 'not found', 405: 'method not allowed', 409: 'conflict', 413: 'too large', 415: 'unsupported content', 422: 'cannot be processed',
  429: 'too many requests', 500: 'internal error', 503: 'not available',
};
