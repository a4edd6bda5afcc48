import { type Analysis, type Example, type Finding } from '#policy';
import { type Terminal } from '../terminal.js';
import { listText } from './decision.js';

const COLOUR = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

/** Findings as people read them: what, which sentences, a request that shows it, and what to do. */
export function analysisLines({ findings, note }: Analysis, terminal: Terminal): string[] {
  return [...findings.flatMap((finding) => [...findingLines(finding, terminal), '']), ...(note === undefined ? [] : [note])];
}

function findingLines({ code, severity, rules, message, help, example }: Finding, terminal: Terminal): string[] {
  const row = (label: string, text: string): string => `  ${terminal.style('dim', label.padEnd(8))} ${text}`;
  return [
    `${terminal.style(['bold', COLOUR[severity]], `${severity}[${code}]`)}: ${message}`,
    ...rules.map(({ file, line, sentence, why }) => `${row('rule', `${file}:${line}   "${sentence}"`)}   ${terminal.style('dim', why)}`),
    ...(example === undefined ? [] : [row('example', exampleText(example)), row('', terminal.style('dim', example.shows))]),
    ...help.map((text) => row('help', text)),
  ];
}

function exampleText({ job, facts: { now } }: Example): string {
  if (job === undefined) return 'the next policy';
  const { requester, program, inputs, receivers, purpose } = job;
  const data = [...new Set(inputs.map(({ dataset }) => dataset))].map((dataset) => `${dataset} of ${listText(inputs.filter((input) => input.dataset === dataset).map(({ node }) => node))}`);
  return `${requester.agent === true ? 'an agent of ' : ''}${requester.node} asks to run ${program.name} on ${listText(data)}, with the result for ${listText(receivers)}${purpose === undefined ? '' : `, for ${purpose}`}, at ${now}`;
}
