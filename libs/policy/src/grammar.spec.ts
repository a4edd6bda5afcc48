import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import peggy from 'peggy';
import { isLanguage } from './words.js';

interface Expression {
  readonly type: string;
  readonly value?: string;
  readonly expression?: Expression;
  readonly alternatives?: readonly Expression[];
  readonly elements?: readonly Expression[];
}

const grammar = peggy.parser.parse(readFileSync(fileURLToPath(new URL('./grammar.peggy', import.meta.url)), 'utf8'), { grammarSource: 'grammar.peggy', reservedWords: [] }) as unknown as { readonly rules: readonly Expression[] };

function* walk(expression: Expression): Generator<Expression> {
  yield expression;
  for (const inner of [expression.expression, ...(expression.alternatives ?? []), ...(expression.elements ?? [])]) if (inner !== undefined) yield* walk(inner);
}
const expressions = grammar.rules.flatMap((rule) => [...walk(rule)]);
const literal = ({ type, value }: Expression): string | undefined => (type === 'literal' ? value : undefined);

/** The literal that an alternative of a choice begins with. */
function firstLiteral(expression: Expression): string | undefined {
  if (expression.type === 'sequence') return firstLiteral((expression.elements ?? [])[0]);
  if (expression.type === 'labeled' || expression.type === 'action' || expression.type === 'group') return expression.expression && firstLiteral(expression.expression);
  return literal(expression);
}

describe('the grammar', () => {
  test('no word of a choice hides a longer one behind it', () => {
    const hidden = expressions.flatMap(({ alternatives = [] }) => {
      const words = alternatives.map((alternative) => (literal(alternative) === undefined ? undefined : firstLiteral(alternative)));
      return words.flatMap((word, i) => words.slice(i + 1).flatMap((later) => (word !== undefined && later?.startsWith(word) ? [`${word} hides ${later}`] : [])));
    });
    expect(hidden).toEqual([]);
  });

  test('every word of it is known as a word of the language', () => {
    const words = expressions.flatMap((expression) => literal(expression) ?? []).filter((word) => /^[a-z]/.test(word));
    expect([...new Set(words)].filter((word) => !isLanguage(word))).toEqual([]);
  });
});
