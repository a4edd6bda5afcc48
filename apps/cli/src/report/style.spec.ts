import { describe, expect, it } from '@jest/globals';
import { STYLE } from './style.js';

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit) : colour.slice(1).match(/../g)!;
  const [r, g, b] = digits.map((pair) => parseInt(pair, 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const [light, dark, paper] = [...STYLE.matchAll(/:root\{([^}]*)\}/g)].map(([, block]) => Object.fromEntries([...block!.matchAll(/--([\w-]+):(#[0-9a-f]{3,6})/g)].map(([, name, colour]) => [name!, colour!])));

describe.each([['light', light!], ['dark', { ...light, ...dark! }], ['printed', { ...light, ...paper! }]])('the colours of the %s page', (_, colours) => {
  const on = (front: string, back: string): number => contrast(colours[front]!, colours[back]!);

  it('leave text readable', () => {
    for (const text of ['ink', 'quiet', 'good', 'warn']) for (const ground of ['page', 'card', ...(text === 'warn' ? ['warn-page'] : [])]) expect({ text, ground, ratio: on(text, ground) >= 4.5 }).toEqual({ text, ground, ratio: true });
    for (const shade of Object.keys(colours).filter((name) => name.startsWith('shade-'))) expect({ shade, ratio: on(`on-${shade}`, shade) >= 4.5 }).toEqual({ shade, ratio: true });
  });
  it('leave marks visible', () => {
    for (const mark of ['first', 'second', 'ink']) expect({ mark, ratio: on(mark, 'card') >= 3 }).toEqual({ mark, ratio: true });
  });
});
