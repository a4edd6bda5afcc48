import { type Method } from './method.js';
import { correlation } from './correlation.js';
import { covariance } from './covariance.js';
import { twoWayTable } from './two-way-table.js';
import { variance } from './variance.js';

const METHODS: Readonly<Record<string, Method>> = {
  'correlation/1': correlation,
  'covariance/1': covariance,
  'two-way-table/1': twoWayTable,
  'variance/1': variance,
};

/** Throws a `TypeError` for a method that this version does not know. */
export function methodOf(name: string): Method {
  if (!Object.hasOwn(METHODS, name)) throw new TypeError(`no method \`${name}\``);
  return METHODS[name]!;
}
