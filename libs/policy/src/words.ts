import { normalName } from './names.js';

/** Every word that the grammar itself uses. */
const LANGUAGE_WORDS: ReadonlySet<string> = new Set(
  `a after agent agents agree agreed agreement agrees ai all allow allowed an and any anybody anyone approval approvals approve approved approves are as at authorise
  authorised authorize authorized be before between both but by can cannot computation computations compute computing condition consent consented consents contain could
  countersign countersigned countersigns cover data day days define deny did different distinct do does don't during each eight either eleven every everybody everyone
  except expire expires five for forbid four friday fridays from get give gives gmt group had half has have her his honest hour hours if in include is its job jobs lapse
  lattice learn least let long majority malicious malicious-secure maliciously may member members might minute minutes monday mondays more most must needs never nine no
  no-one nobody node nodes not obtain of on one only or other ought own owner owners parties pause people permit permitted person persons program programs prohibit protocol
  protocols provide provided provides purpose purposes queries query receive record records request requester requesters requests result results row rows run running
  saturday saturdays second seconds secure security see seven shall should sign signature signatures signed signs six so somebody someone start sunday sundays tagged ten
  than that the their then three through thursday thursdays time to tuesday tuesdays twelve two unless until use utc valid veto wednesday wednesdays week weekday weekdays
  weekend weekends weeks when where which while who will with within without would zero`.split(/\s+/),
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
