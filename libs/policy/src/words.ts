import { normalName } from './names.js';

/** Every word that the grammar itself uses. */
const LANGUAGE_WORDS: ReadonlySet<string> = new Set(
  `a about after agent agents agree agreed agreement agrees ai all allow allowed an and any anybody anyone approval approvals approve approved approves are as at authorise
  authorised authorize authorized be before between both but by calendar can cannot change changes computation computations compute computing condition consent consented
  consents contain could countersign countersigned countersigns cover data day days define delete deleted delta deny destroy destroyed did different differential distinct
  do does don't during each eight either eleven epsilon erase erased every everybody everyone except expire expires five for forbid four friday fridays from get give
  gives gmt group had half has have her his honest hour hours if in include inform informed is its job jobs lapse later lattice learn least let limit links long lpn lpn-free majority
  malicious malicious-secure maliciously may member members might millisecond milliseconds minute minutes module-lwe monday mondays month more most ms must need needs never nine no no-one
  nobody node nodes not notified notify number obtain of on one only or other ought own owner owners parties pause people per permit permitted person persons policy
  privacy program programs prohibit protocol protocols provide provided provides pure purpose purposes quarter queries query receive receiver receivers record records request
  requester requesters requests require requires rest result results round round-trip row rows run running s saturday saturdays second seconds secure security see seven shall
  should sign signature signatures signed signs six so somebody someone start sunday sundays tagged tell ten than that the their then this three through thursday
  thursdays time to together told total trip tuesday tuesdays twelve two unless until up use utc valid veto wednesday wednesdays week weekday weekdays weekend weekends
  weeks when where which while who will with within without would year zero`.split(/\s+/),
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
