import { expect, it } from '@jest/globals';
import { failureOf, CliError } from '../failure.js';
import { Terminal, wantsColour } from '../terminal.js';
import { failureJson, failureLines } from './failure.js';

const streams = { out: () => undefined, err: () => undefined, outIsTerminal: true, errIsTerminal: true, inIsTerminal: false };
const terminal = new Terminal(streams, { json: false, quiet: false, colour: false });
const source = 'title: T\npolcy: a\n';
const at = (offset: number, line: number, column: number) => ({ offset, line, column });
const span = { file: 'lab.yaml', start: at(9, 2, 1), end: at(14, 2, 6) };
const failure = failureOf(new CliError('CS0911', 'lab file: `polcy` is not known here', { source, diagnostics: [{ code: 'CS0911', severity: 'error', message: '`polcy` is not known here', span, labels: [], help: ['did you mean `policy`?'] }] }));

it('an error with a place shows code, file, line, the line itself and help', () => {
  expect(failureLines(failure, terminal).join('\n').trimEnd()).toBe([
    'error[CS0911]: `polcy` is not known here',
    ' --> lab.yaml:2:1',
    '  |',
    '2 | polcy: a',
    '  | ^^^^^',
    '  |',
    '  help: did you mean `policy`?',
  ].join('\n'));
});

it('an error without a place shows code and help', () => {
  expect(failureLines(failureOf(new CliError('CS0903', 'there is no node `X`', { help: ['make one'] })), terminal)).toEqual(['error[CS0903]: there is no node `X`', ' help: make one']);
});

it('the JSON holds code, message, help, exit, diagnostics and where to read more', () => {
  expect(failureJson(failure)).toEqual({ error: { code: 'CS0911', severity: 'error', message: 'lab file: `polcy` is not known here', help: [], exit: 3, diagnostics: failure.diagnostics, docs: 'countersign explain CS0911' } });
});

it('colour needs a terminal and yields to NO_COLOR', () => {
  expect(wantsColour(streams, {}, true)).toBe(true);
  expect(wantsColour(streams, { NO_COLOR: '1' }, true)).toBe(false);
  expect(wantsColour(streams, {}, false)).toBe(false);
  expect(wantsColour({ ...streams, outIsTerminal: false }, {}, true)).toBe(false);
});
