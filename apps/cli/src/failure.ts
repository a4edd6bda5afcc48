import { types } from 'node:util';
import { z } from 'zod';
import { ApiError } from '#contract';
import { type Decision, type Diagnostic } from '#policy';
import { EXIT, exitOfCode, type ExitCode } from './exit.js';

export interface FailureDetails {
  readonly exit?: ExitCode;
  readonly help?: readonly string[];
  /** With the text that their spans point into. */
  readonly diagnostics?: readonly Diagnostic[];
  readonly source?: string;
  readonly decision?: Decision;
  /** The JSON on stdout tells of it already. */
  readonly reported?: boolean;
  readonly cause?: unknown;
}

/** An error of the command line: stable code, one lower-case line that names the thing in backticks, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(readonly code: string, message: string, readonly details: FailureDetails = {}) {
    super(message, { cause: details.cause });
  }
}

/** Any error, in the one form that is printed and that decides the exit code. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly help: readonly string[];
  readonly exit: ExitCode;
  readonly diagnostics: readonly Diagnostic[];
  readonly source?: string;
  readonly decision?: Decision;
}

const CODE = /^CS[0-9]{4}$/;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE']);

export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) {
    const { exit, help, diagnostics, source, decision } = error.details;
    return { code: error.code, message: error.message, help: help ?? [], exit: exit ?? exitOfCode(error.code), diagnostics: diagnostics ?? [], source, decision };
  }
  if (error instanceof ApiError) return failureOfProblem(error);
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    return plain('CS0912', `${issue.path.length === 0 ? 'a value' : `\`${issue.path.map(String).join('.')}\``}: ${issue.message.toLowerCase()}`);
  }
  if (isError(error)) {
    const { code, help } = error as { code?: unknown; help?: unknown };
    if (typeof code === 'string' && CODE.test(code)) return plain(code, error.message, Array.isArray(help) ? help.map(String) : []);
    if (typeof code === 'string' && UNREACHABLE.has(code)) {
      return plain('CS0902', `the control plane cannot be reached: ${error.message}`, ['start one with `countersign up`, or name another with --url']);
    }
    return plain('CS0900', error.message, ['this is a bug: run again with COUNTERSIGN_TRACE=1 and report what it prints']);
  }
  return plain('CS0900', String(error));
}

/** Also an Error of another realm, such as a test's. */
const isError = (error: unknown): error is Error => error instanceof Error || types.isNativeError(error);

const plain = (code: string, message: string, help: readonly string[] = []): Failure => ({ code, message, help, exit: exitOfCode(code), diagnostics: [] });

function failureOfProblem({ problem, message }: ApiError): Failure {
  const { status, code } = problem;
  const exit = status >= 500 || status === 401 || status === 403 || status === 429 ? EXIT.failed : exitOfCode(code);
  return { code, message, help: problem.help ?? [], exit, diagnostics: problem.diagnostics ?? [], decision: problem.decision };
}
