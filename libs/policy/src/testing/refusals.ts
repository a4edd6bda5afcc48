import { describe, expect, test } from '@jest/globals';
import { compile } from '../compile.js';
import { type Diagnostic } from '../types.js';
import { registry } from './consortium.js';

const GROUPS = '\nDefine Hospitals as St Mary, Riverside and Lakeview.';

export function refused(source: string): readonly Diagnostic[] {
  const compiled = compile(source, registry, 'test.policy');
  return compiled.ok ? [] : compiled.diagnostics;
}

/** A sentence, the code, the text that is marked, and (parts of) the message and the help. */
export type Refusal = readonly [sentence: string, code: string, marked: string, message: string, help: string];

/** Tests of a table: each sentence is refused once, with its code, at its place, and with help. */
export function eachRefusal(about: string, table: readonly Refusal[]): void {
  describe(about, () => {
    test.each(table)('%s', (sentence, code, marked, message, help) => {
      const source = `${sentence}${GROUPS}`;
      const diagnostics = refused(source);
      expect(diagnostics).toHaveLength(1);
      const [{ span, severity, ...found }] = diagnostics;
      expect({ ...found, severity }).toMatchObject({ code, severity: 'error' });
      expect(found.message).toContain(message);
      expect(found.message).not.toMatch(/expected|found|\n/i);
      expect(found.help.join(' ')).toContain(help);
      expect(found.help.join('')).not.toBe('');
      if (marked !== '') expect(source.slice(span.start.offset, span.end.offset)).toBe(marked);
    });

    test('every fix that is offered compiles, or leaves a different mistake', () => {
      for (const [sentence] of table) {
        const source = `${sentence}${GROUPS}`;
        const [{ code, fix }] = refused(source);
        if (fix === undefined) continue;
        const mended = source.slice(0, fix.span.start.offset) + fix.replacement + source.slice(fix.span.end.offset);
        expect({ mended, codes: refused(mended).map((diagnostic) => diagnostic.code) }).not.toMatchObject({ codes: [code] });
      }
    });
  });
}
