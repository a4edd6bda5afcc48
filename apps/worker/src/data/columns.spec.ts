import { type ColumnDeclaration } from '#program';
import { checkedColumn } from './columns.js';

const number: ColumnDeclaration = { type: 'number', min: 0, max: 100_000 };
const integer: ColumnDeclaration = { type: 'integer', min: -10, max: 10 };
const category: ColumnDeclaration = { type: 'category', values: ['good', 'bad'] };
const check = (declaration: ColumnDeclaration, ...texts: (string | null)[]) => checkedColumn('Loans', 'x', declaration, { texts });

describe('a column of text', () => {
  it('holds numbers as people and programs write them', () => {
    expect(check(number, '1', ' 2.5 ', '+3', '.5', '4.', '1e3', '0')).toEqual(Float64Array.of(1, 2.5, 3, 0.5, 4, 1000, 0));
    expect(check(integer, '-10', '10', '2.0')).toEqual(Float64Array.of(-10, 10, 2));
    expect(check(category, 'good', 'bad', 'good')).toEqual(['good', 'bad', 'good']);
  });
  const refusals: [what: string, declaration: ColumnDeclaration, text: string | null, code: string][] = [
    ['text', number, 'much', 'CS0509'], ['a thousands separator', number, '87,654', 'CS0509'], ['a decimal comma', number, '1,5', 'CS0509'],
    ['hexadecimal', number, '0x10', 'CS0509'], ['two numbers', number, '1 2', 'CS0509'], ['NA', number, 'NA', 'CS0509'],
    ['not a number', number, 'NaN', 'CS0510'], ['infinity', number, '-Infinity', 'CS0510'], ['a number beyond doubles', number, '1e400', 'CS0510'],
    ['a fraction in an integer column', integer, '1.5', 'CS0511'], ['an integer that is out of range', integer, '11', 'CS0512'],
    ['a value below its range', number, '-0.001', 'CS0512'], ['a value above its range', number, '100000.01', 'CS0512'],
    ['a blank number', number, '', 'CS0513'], ['a missing number', number, null, 'CS0513'], ['a blank category', category, '  ', 'CS0513'], ['a missing category', category, null, 'CS0513'],
    ['an unknown category', category, 'Good', 'CS0514'], ['a category with a space', category, 'good ', 'CS0514'],
  ];
  for (const [what, declaration, text, code] of refusals) {
    it(`is refused at its row for ${what}`, () => {
      const fine = declaration.type === 'category' ? 'good' : '1';
      expect(() => check(declaration, fine, text, fine)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(/^row 2 of column `x` of `Loans` /) }));
    });
  }
});

describe('a column of numbers', () => {
  const raw = (values: number[], blank = values.map(() => 0)) => ({ numbers: Float64Array.from(values), blank: Uint8Array.from(blank) });
  it('is checked alike', () => {
    expect(checkedColumn('Loans', 'x', integer, raw([1, 2]))).toEqual(Float64Array.of(1, 2));
    for (const [value, code] of [[NaN, 'CS0510'], [Infinity, 'CS0510'], [0.5, 'CS0511'], [11, 'CS0512']] as const) {
      expect(() => checkedColumn('Loans', 'x', integer, raw([1, value]))).toThrow(expect.objectContaining({ code, message: expect.stringContaining('row 2') }));
    }
    expect(() => checkedColumn('Loans', 'x', integer, raw([1, 0], [0, 1]))).toThrow(expect.objectContaining({ code: 'CS0513' }));
  });
});

describe('a column of keys', () => {
  const key: ColumnDeclaration = { type: 'key' };
  it('is text as it is compared', () => {
    expect(check(key, ' C-01', '7', '007', 'cafe\u0301')).toEqual(['C-01', '7', '007', 'caf\u00e9']);
  });
  it.each([
    ['a blank', 'CS0513', ['a', ' ', 'b']], ['a missing one', 'CS0513', ['a', null, 'b']], ['one that is too long', 'CS0514', ['a', 'x'.repeat(400), 'b']], ['one that came before', 'CS0640', ['C-1', 'C-1 ', 'b']],
  ])('refuses %s at its row, without naming it', (_, code, texts) => {
    expect(() => check(key, ...texts)).toThrow(expect.objectContaining({ name: 'DataError', code, message: expect.stringMatching(/^rows? (1 and )?2 of (column `x` of )?`Loans` (?!.*C-1)/) }));
  });
});
