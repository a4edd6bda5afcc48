import { Terminal } from './terminal.js';

test('what others wrote cannot act on the terminal; own colours can', () => {
  let shown = '';
  const write = (text: string) => void (shown += text);
  const terminal = new Terminal({ out: write, err: write, outIsTerminal: true, errIsTerminal: true, inIsTerminal: true }, { json: false, quiet: false, colour: true });
  terminal.result(1, () => [terminal.style('bold', 'fine'), '\u001b[1A\u001b[2Khidden\u001b[8m \u001b]52;c;Y21k\u0007 \u009b2J \u202eback', 'a\tb']);
  expect(shown).toBe('\u001b[1mfine\u001b[22m\n?[1A?[2Khidden?[8m ?]52;c;Y21k? ?2J ?back\na\tb\n');
});
