/** A finite number as plain decimal text, exactly the shortest text that reads back as it: `1e21` is `1` and 21 zeros. Throws RangeError for any other. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('only finite numbers have a decimal text');
  const text = String(Object.is(value, -0) ? 0 : value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign, whole, fraction = '', exponent] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}
