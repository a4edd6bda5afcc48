import { activation } from './activation.js';
import { arithmetic } from './arithmetic.js';
import { type Translation } from './node.js';
import { shape } from './shape.js';
import { windows } from './windows.js';

const TRANSLATIONS = new Map<string, Translation>([arithmetic, activation, windows, shape].flatMap((group) => Object.entries(group)));

/** The operators that are translated, by their names in ONNX. */
export const ONNX_OPERATORS: readonly string[] = [...TRANSLATIONS.keys()].sort();

export const translationOf = (op: string): Translation | undefined => TRANSLATIONS.get(op);
