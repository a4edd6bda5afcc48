import { expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { escaped, html, shown, trusted } from './markup.js';

it('what is put in is text, in elements and in attributes, whatever it is', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const { text: made } = html`<p title="${text}">${text}</p>`;
    const inner = made.slice('<p title="'.length, -'</p>'.length);
    expect(inner.replace('">', '')).not.toMatch(/[<>"']/);
    expect(inner.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
  }));
});

it('markup and lists of it are put in as they are; nothing stands for what there is not', () => {
  expect(html`<p>${[html`<b>${'<'}</b>`, ' & ', 3, undefined, false]}${trusted('<i></i>')}</p>`.text).toBe('<p><b>&lt;</b> &amp; 3<i></i></p>');
});

test.each(['\u202e', '\u2066', '\u200b', '\u0000', '\u001b', '\n', '\ufeff', '\ud800', '\u00ad', '\u2062', '\u3164', '\u2800', '\u{e0041}'])('a character that is not seen is shown as one (%j)', (character) => {
  expect(shown(`a${character}b`)).toBe('a\ufffdb');
  expect(escaped(`<${character}`)).toBe('&lt;\ufffd');
});
