/** Where results of one shape differ, and by what: numbers by more than `within` allows of the exact one, and anything else at all. */
export function differences(actual: unknown, exact: unknown, within: (exact: number) => number, at = 'result'): string[] {
  if (typeof exact === 'number' && typeof actual === 'number') return Math.abs(actual - exact) <= within(exact) ? [] : [`${at}: ${actual} in place of ${exact}`];
  if (typeof exact !== 'object' || exact === null || typeof actual !== 'object' || actual === null) return Object.is(actual, exact) ? [] : [`${at}: ${String(actual)} in place of ${String(exact)}`];
  const [found, wanted] = [Object.keys(actual).join(), Object.keys(exact).join()];
  if (found !== wanted) return [`${at}: \`${found}\` in place of \`${wanted}\``];
  return Object.entries(exact).flatMap(([name, each]) => differences((actual as Readonly<Record<string, unknown>>)[name], each, within, `${at}.${name}`));
}
