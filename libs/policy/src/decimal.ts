/** Exact arithmetic on decimals as text, such as `0.25`; nothing is ever rounded. */

const DECIMAL = /^([0-9]{1,40})(?:\.([0-9]{1,40}))?$/;

/** Both numbers in units of the same power of ten, with the count of places. Throws for what is no decimal. */
function scaled(a: string, b: string): { readonly units: readonly [bigint, bigint]; readonly places: number } {
  const [first, second] = [a, b].map((text) => {
    const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
    if (whole === undefined) throw new Error(`no decimal: ${text}`);
    return { whole, fraction };
  });
  const places = Math.max(first.fraction.length, second.fraction.length);
  return { units: [BigInt(first.whole + first.fraction.padEnd(places, '0')), BigInt(second.whole + second.fraction.padEnd(places, '0'))], places };
}

function textOf(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  return canonicalDecimal(places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`) ?? '0';
}

/** Without needless zeros; undefined for what is no decimal of at least 0. */
export function canonicalDecimal(text: string): string | undefined {
  const [, whole, fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const kept = fraction.replace(/0+$/, '');
  return `${whole.replace(/^0+(?=[0-9])/, '')}${kept === '' ? '' : `.${kept}`}`;
}

/** Negative, 0 or positive, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: string, b: string): number {
  const { units: [x, y] } = scaled(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

export function sumOfDecimals(a: string, b: string): string {
  const { units: [x, y], places } = scaled(a, b);
  return textOf(x + y, places);
}

/** `a - b`, or 0 where `b` is greater. */
export function decimalLeft(a: string, b: string): string {
  const { units: [x, y], places } = scaled(a, b);
  return textOf(x > y ? x - y : 0n, places);
}
