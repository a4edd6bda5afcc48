import { parentPort, workerData } from 'node:worker_threads';
import { analyse, diff, testPolicy, whoCan } from '#policy';

/** What can take long to work out. The thread answers one question and ends. */
const QUESTIONS = { analyse, diff, testPolicy, whoCan };
export type Questions = typeof QUESTIONS;

const { question, given } = workerData as { readonly question: keyof Questions; readonly given: readonly unknown[] };
parentPort?.postMessage((QUESTIONS[question] as (...given: readonly unknown[]) => unknown)(...given));
