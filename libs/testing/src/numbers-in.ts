/** The numbers of a result by path, without what it says of its privacy. */
export function numbersIn(result: object, path = ''): Map<string, number> {
  return new Map(Object.entries(result).flatMap(([name, value]): [string, number][] =>
    name === 'privacy' ? [] : typeof value === 'number' ? [[`${path}${name}`, value]] : [...numbersIn(value as object, `${path}${name}.`)]));
}
