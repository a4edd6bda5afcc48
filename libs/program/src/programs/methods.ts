import { type Method } from './method.js';
import { twoWayTable } from './two-way-table.js';

const METHODS: Readonly<Record<string, Method>> = {
  'two-way-table/1': twoWayTable,
};

/** Throws a `TypeError` for a method that this version does not know. */
export function methodOf(name: string): Method {
  if (!Object.hasOwn(METHODS, name)) throw new TypeError(`no method \`${name}\``);
  return METHODS[name]!;
}
