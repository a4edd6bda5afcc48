import { normalName } from './names.js';

/** Every word that the grammar itself uses. */
const LANGUAGE_WORDS: ReadonlySet<string> = new Set(
  `a agree agreed agreement agrees all allow allowed an and any anybody anyone approval approve approved approves are as at authorise authorised authorize
  authorized be both but by can cannot compute computation computations computing condition consent consented consents contain could countersign countersigned countersigns
  cover data define deny did different distinct do does don't each eight either eleven every everybody everyone five for forbid four from get give gives group half had
  has have her his if in include is its job jobs lattice learn least let long majority malicious malicious-secure maliciously may member members might more most must needs never
  nine no no-one nobody node nodes not obtain of on one only or other ought own owner owners people permit permitted person persons program programs prohibit protocol protocols provide
  provided provides purpose purposes queries query receive record records request requester requesters requests result results row rows run running secure security see seven shall
  should sign signature signatures signed signs six so somebody someone start tagged ten than that the their three to twelve two unless use valid when will with without would zero`.split(/\s+/),
);

const LANGUAGE_PHRASES: ReadonlySet<string> = new Set(['data owner', 'data owners', 'other data owner', 'other data owners', 'no one', 'any node', 'every node', 'each node', 'all nodes', 'the requester', 'any data', 'all data', 'any program', 'any purpose']);

/**
 * Whether a name could also be read as words of the language ("May", "Data Owners"). Such a name is read as a name only in quotes, or unquoted
 * when it is spelled exactly as registered, with capitals, and the sentence makes sense in no other way.
 */
export function isLanguage(name: string): boolean {
  const normal = normalName(name);
  return LANGUAGE_WORDS.has(normal) || LANGUAGE_PHRASES.has(normal);
}
