import canonicalize from 'canonicalize';
import { fromUtf8 } from './encoding.js';
import { CanonicalError } from './errors.js';

/** What signed objects are made of: no null, no fraction, no undefined. */
export type JsonValue = string | number | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

const MAX_CANONICAL_BYTES = 1 << 20;
const MAX_DEPTH = 32;

const refuse = (path: string, what: string): never => {
  throw new CanonicalError(`${what} at \`${path || '/'}\``);
};

function checkString(text: string, path: string): void {
  if (!text.isWellFormed()) refuse(path, 'text with a lone surrogate');
  if (text.normalize('NFC') !== text) refuse(path, 'text that is not in Unicode normal form C');
}

function checkObject(value: object, path: string, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse(path, 'an object that is not plain');
  if (Object.getOwnPropertySymbols(value).length > 0) refuse(path, 'a symbol as a key');
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const at = `${path}/${key.slice(0, 64).replace(/[^ -~]/g, '?')}`;
    if (!('value' in property) || !property.enumerable) refuse(at, 'a property that is computed or hidden');
    // A value under this key changes the prototype as soon as somebody copies it by assignment.
    if (key === '__proto__') refuse(at, 'a reserved key');
    checkString(key, at);
    checkValue(property.value, at, depth + 1);
  }
}

function checkArray(value: readonly unknown[], path: string, depth: number): void {
  if (Object.keys(value).length !== value.length) refuse(path, 'an array with holes or extra properties');
  for (let i = 0; i < value.length; i++) checkValue(value[i], `${path}/${i}`, depth + 1);
}

function checkValue(value: unknown, path: string, depth: number): asserts value is JsonValue {
  if (depth > MAX_DEPTH) refuse('', `more than ${MAX_DEPTH} levels of nesting`);
  switch (typeof value) {
    case 'string':
      return checkString(value, path);
    case 'boolean':
      return;
    case 'number':
      if (!Number.isSafeInteger(value) || Object.is(value, -0)) refuse(path, 'a number that is not a safe integer');
      return;
    case 'object':
      if (value === null) refuse(path, 'a null');
      else if (Array.isArray(value)) checkArray(value, path, depth);
      else checkObject(value, path, depth);
      return;
    default:
      refuse(path, `a value of type ${typeof value}`);
  }
}

/**
 * RFC 8785 text of `value` on the strict profile of signed objects: plain objects, dense arrays, NFC strings, booleans and safe integers,
 * at most 32 levels deep. Two different values never have the same text.
 * @throws CanonicalError with the JSON pointer of the first value outside the profile
 */
export function canonicalise(value: unknown): string {
  checkValue(value, '', 0);
  const text = canonicalize(value);
  if (text === undefined) throw new CanonicalError('a value without a JSON text');
  return text;
}

/**
 * The value of a canonical text. Refused: anything that is not byte for byte what `canonicalise` would write, and with that duplicate
 * keys, other escapes, spare white space, a byte order mark, trailing data, 1e2, -0 and 2^53+1.
 * @throws CanonicalError
 */
export function parseCanonical(text: string | Uint8Array): JsonValue {
  if (text.length > MAX_CANONICAL_BYTES) throw new CanonicalError(`a text longer than ${MAX_CANONICAL_BYTES} bytes`);
  let source: string;
  let value: unknown;
  try {
    source = typeof text === 'string' ? text : fromUtf8(text);
    value = JSON.parse(source);
  } catch {
    // The parser's own message quotes the text, which may be private.
    throw new CanonicalError('a text that is not JSON in UTF-8');
  }
  if (canonicalise(value) !== source) throw new CanonicalError('a JSON text that is not canonical');
  return value as JsonValue;
}
