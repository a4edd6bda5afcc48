import { type MissingSignatures } from '../types.js';

const signatureText = ({ atLeast, of }: MissingSignatures): string => {
  if (of.length === 1) return `${of[0]} signs`;
  return atLeast === of.length ? `${of.slice(0, -1).join(', ')} and ${of.at(-1)} sign` : `${atLeast} of ${of.join(', ')} ${atLeast === 1 ? 'signs' : 'sign'}`;
};

/** "Node B signs and 2 of Ana, Ben, Cleo sign". */
export const missingText = (missing: readonly MissingSignatures[]): string => missing.map(signatureText).join(' and ');
