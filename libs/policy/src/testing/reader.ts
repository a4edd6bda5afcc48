import { type PolicyRegistry } from '../types.js';

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 };

/** Words by which kinds of sentence are told apart; the first that occurs decides. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^pause\b/, 'pause'], [/^define\b/, 'group'], [/^limit\b/, 'budget'], [/\bveto\b/, 'veto'], [/\b(?:expires?|lapse)\b/, 'signature-validity'],
  [/\b(?:notify|notified|inform|informed|tell|told)\b/, 'notice'], [/\b(?:delete|erase|destroy)/, 'deletion'], [/\bpolicy changes?\b|\bchanges? (?:to|of) (?:this|the) policy\b/, 'policy-change'],
  [/\b(?:receive|get|see|obtain|learn)\b/, 'receivers'], [/\b(?:cover|include|contain)\b/, 'minimum-group'], [/\b(?:sign|approve) (?:their|its|his|her|his or her) own\b/, 'no-self-signing'],
  [/\b(?:must|has to|have to) (?!not\b|never\b)/, 'require'], [/\b(?:never|not|forbid|prohibit|deny)\b/, 'forbid'],
];
/** Ways to say one thing, and the one that is looked for. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\bonly with (?:the )?(?:approval|consent|agreement|signatures?) (?:of|from)\b/g, 'only if'],
  [/\bwith (?:the )?(?:approval|consent|agreement|signatures?) (?:of|from)\b/g, 'if'],
  [/\bwithout (?:the )?(?:approval|consent|agreement|signatures?) (?:of|from)\b/g, 'unless'],
  [/\bonly when\b|\bprovided(?: that)?\b|\b(?:as|so) long as\b|\bon condition that\b/g, 'only if'],
  [/^only (?:allow|permit|authori[sz]e|let)\b(.*?)(?:only )?\bif\b/g, 'allow$1only if'],
  [/\b(must|and) not rest on lpn\b/g, '$1 use an lpn-free protocol'], [/\bno later than\b/g, 'within'], [/\b(within|after) an? (?=(?:second|minute|hour|day|week)\b)/g, '$1 1 '], [/\b(?:no more than|up to)\b/g, 'at most'], [/\bmore than half\b|\bmost of\b/g, 'majority'],
  [/\b(?:no one|no-one|nobody)\b|\bno (?=node\b|ai\b|agents?\b|<)/g, 'never '], [/\bdon't\b/g, 'not'], [/\bcannot\b/g, 'may not'],
];

/** Words that say nothing that is not said by others, or that were counted already. */
const FILLING = new Set(
  `a agree agreed agrees ai allow allowed an any anybody anyone approvals approve approves are authorise authorize calendar can cannot change changes computation computations computing consents contain
  countersign countersigns cover data days delete deleted deny different differential distinct do erase erased everybody everyone expire expires forbid from gets give gives has have hour hours include is
  in it its job jobs lapse lattice learn least let limit links may member members minute minutes ms most must never node nodes not notify number per obtain of only own
  parties parties pause people permit permitted person persons policy privacy program programs prohibit protocol protocols provides pure purpose purposes queries query receive receiver receivers
  record records request requests result results round round-trip rows second seconds secure security see sign signature signatures signed signs someone than that this the their time together tell total trip
  valid veto weeks`.split(/\s+/),
);
/** Where words are taken as they stand. */
const FREE: ReadonlySet<string> = new Set(['purpose', 'tag', 'region', 'group name']);

const days = (from: number, to: number): number[] => Array.from({ length: 7 }, (_, i) => ((from + i) % 7) + 1).slice(0, ((to - from + 7) % 7) + 1);
const wordsIn = (text: string): RegExpMatchArray => text.match(/<\d+>|@\S+|[a-z0-9][a-z0-9'_.:/+-]*%?|-\d+|,/g) ?? ([] as unknown as RegExpMatchArray);

/**
 * What a hurried reader takes from a sentence: its kind, who, what, how many, by when, and how often it says no. It knows nothing of the grammar: it
 * looks for phrases, and for the last small word before each name. Sorted facts such as `signer Node B`, to be compared with those of a rule.
 */
export function readingOf(sentence: string, registry: PolicyRegistry, groups: ReadonlyMap<string, readonly string[]> = new Map()): readonly string[] {
  const facts = new Set<string>();
  const known: { readonly kind: string; readonly name: string }[] = [
    ...[...groups.keys()].map((name) => ({ kind: 'group', name })), ...[...groups.keys()].map((name) => ({ kind: 'group', name: name.replace(/s$/, '') })),
    ...registry.nodes.map((name) => ({ kind: 'node', name })), ...registry.roles.map(({ name }) => ({ kind: 'role', name })),
    ...registry.programs.map((name) => ({ kind: 'program', name })), ...registry.datasets.map(({ name }) => ({ kind: 'dataset', name })),
  ].sort((a, b) => b.name.length - a.name.length);
  const quoted: string[] = [];
  let text = sentence.replace(/#.*/g, ' ').replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  for (const [i, { name }] of known.entries()) text = text.replace(new RegExp(`"${name}"|(?<![\\w"-])${name}(?![\\w-])`, 'gi'), `<${i}>`);
  text = text.replace(/"([^"]*)"/g, (_, inside: string) => `<${known.length + quoted.push(inside.toLowerCase()) - 1}>`).toLowerCase();
  text = text.replace(new RegExp(`\\b(\\d{1,2}) (${MONTHS.join('|')}) (\\d{4})\\b`, 'g'), (_, day: string, month: string, year: string) => `@${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day.padStart(2, '0')}`);
  text = text.replace(/\b(\d{4}-\d{2}-\d{2})\b(?<!@.{10})/g, '@$1');
  text = text.replace(/\b([a-z]+\/[a-z_]+|utc)\b(?: time)?/g, (_, zone: string) => { facts.add(`zone ${zone}`); return ' '; });
  for (const [phrase, plain] of PHRASES) text = text.replace(phrase, plain);

  const kind = KINDS.find(([sign]) => sign.test(text))?.[1] ?? 'permit';
  facts.add(`kind ${kind}`);
  const denials = text.match(/\b(?:never|not|forbid|prohibit|deny)\b/g)?.length ?? 0;
  if (denials > 0) facts.add(`says no ${denials}`);

  const words = wordsIn(text);
  let slot = { receivers: 'receiver', veto: 'signer', 'policy-change': 'signer', notice: 'who', group: 'group name' }[kind] ?? 'who';
  if (/ must be (?:notified|told|informed)/.test(text)) slot = 'told';
  let free: string[] = [];
  let every = false;
  let majority = false;
  let last = '';
  const flush = () => {
    if (free.length > 0) facts.add(`${slot} ${free.join(' ')}`);
    free = [];
  };
  const enter = (next: string) => {
    flush();
    slot = next;
    every = majority = false;
  };
  const member = (name: string) => void facts.add(`${slot} ${name}`);
  words.forEach((word, i) => {
    const next = words[i + 1] ?? '';
    const before = words[i - 1] ?? '';
    const reference = /^<(\d+)>$/.exec(word);
    if (reference !== null) {
      const at = known[Number(reference[1])];
      if (at === undefined) free.push(quoted[Number(reference[1]) - known.length]);
      else if (at.kind === 'group') {
        const members = [...groups].find(([name]) => name.replace(/s$/, '') === at.name.replace(/s$/, ''))?.[1] ?? [];
        for (const name of members) member(name);
        if (slot === 'signer' && every) facts.add(`need ${members.length}`);
        if (slot === 'signer' && majority) facts.add(`need ${Math.floor(members.length / 2) + 1}`);
      } else if (at.kind === 'node') {
        if (last === 'role' && (before === 'of' || before === 'at') && (slot === 'signer' || slot === 'told')) facts.add(`at ${at.name}`);
        else member(at.name);
      } else if (at.kind === 'role') {
        member(at.name);
        if (slot === 'signer' && every) facts.add('need every');
        if (slot === 'signer' && majority) facts.add('need majority');
      } else facts.add(`${at.kind} ${at.name}`);
      last = at?.kind ?? '';
      return;
    }
    const number = NUMBERS.includes(word) ? NUMBERS.indexOf(word) : /^-?\d+(?:\.\d+)?%?$/.test(word) ? word : undefined;
    if (number !== undefined && FREE.has(slot)) return void free.push(word);
    if (number !== undefined) {
      const seconds = SECONDS[next.replace(/s$/, '')];
      const value = String(number).endsWith('%') || /^0\d/.test(String(number)) ? String(number) : String(Number(number));
      if (kind === 'require' && (last === 'epsilon' || last === 'delta')) facts.add(`${last} ${value}`);
      else if (text.includes('round trip') || text.includes('round-trip')) facts.add(`ms ${Number(value) * (/^s(econds?)?$/.test(next) ? 1_000 : 1)}`);
      else if (seconds !== undefined && kind !== 'budget') facts.add(`seconds ${Number(value) * seconds}`);
      else if (kind === 'minimum-group') facts.add(`records ${value}`);
      else if (kind === 'budget') facts.add(`most ${value}`);
      else if (/^(?:computing|parties|nodes)$/.test(next)) facts.add(`parties ${value}`);
      else if (slot === 'signer') { if (value !== '1') facts.add(`need ${value}`); } else facts.add(`${slot} number ${value}`);
      every = majority = false;
      return;
    }
    if (/^\d{1,2}:\d{2}$/.test(word)) return void facts.add(`${before === 'between' ? 'opens' : 'closes'} ${word.padStart(5, '0')}`);
    if (word.startsWith('@')) return void facts.add(`${before} ${word.slice(1)}`);
    const day = DAYS.findIndex((name) => word.replace(/s$/, '') === name);
    if (day >= 0) {
      if (['to', 'through', 'until'].includes(before)) for (const one of days(DAYS.indexOf((words[i - 2] ?? '').replace(/s$/, '')), day)) facts.add(`day ${one}`);
      return void facts.add(`day ${day + 1}`);
    }
    switch (word === 'any' && kind === 'budget' && slot === 'who' ? 'each' : word === 'most' && before !== 'at' ? 'majority' : word) {
      case 'on': return enter('data');
      case 'with': return enter('with');
      case 'for': return enter(kind === 'signature-validity' ? 'about' : 'purpose');
      case 'tagged': return enter('tag');
      case 'if': facts.add(before === 'only' ? 'binding' : 'if'); return enter('signer');
      case 'unless': facts.add('unless'); return enter('signer');
      case 'until': if (!next.startsWith('@') && !DAYS.includes(next.replace(/s$/, ''))) { enter('signer'); facts.add('lifted'); } return;
      case 'need': case 'needs': case 'require': case 'requires': return enter('signer');
      case 'by': return enter(before === 'approved' ? 'signer' : kind === 'notice' && /notified|told|informed/.test(before) ? 'told' : 'who');
      case 'notify': case 'inform': case 'tell': return enter('told');
      case 'in': return enter(before === 'nodes' ? 'region' : slot);
      case 'as': return enter('member');
      case 'to': if (kind === 'budget') enter('amount'); return;
      case 'from': case 'after': case 'of': case 'at': case 'within': case 'between': return flush();
      case 'must': case 'may': case 'run': case 'running': case 'compute': case 'computing': case 'start': case 'use': case 'be': case 'rest': return enter('what');
      case 'and': case 'or': flush(); every = majority = false; return;
      case ',': flush(); return;
      case 'every': case 'each': case 'all': every = kind !== 'veto'; if (kind === 'budget' && slot === 'who' && word !== 'all') facts.add('each'); return;
      case 'majority': {
        majority = true;
        const nodes = words.slice(i + 1).filter((later) => known[Number(later.slice(1, -1))]?.kind === 'node').length;
        if (nodes > 0) facts.add(`need ${Math.floor(nodes / 2) + 1}`);
        return;
      }
      case 'either': case 'both': return;
      case 'agent': case 'agents': return void facts.add('agents');
      case 'owner': case 'owners': {
        const who = `${slot === 'who' ? 'signer' : slot} ${words[i - 2] === 'other' ? 'other ' : ''}owners`;
        facts.add(who);
        if (slot === 'signer' && every) facts.add('need every');
        if (slot === 'signer' && majority) facts.add('need majority');
        return;
      }
      case 'honest': return void facts.add('honest');
      case 'malicious': case 'malicious-secure': case 'maliciously': return void facts.add('malicious');
      case 'lpn-free': case 'module-lwe': return void facts.add(`rests on ${word}`);
      case 'differential': return void facts.add('privacy');
      case 'epsilon': case 'delta': last = word; if (kind === 'budget') facts.add('epsilon'); return;
      case 'approval': case 'consent': if (kind === 'policy-change') enter('signer'); return;
      case 'day': case 'week': case 'month': case 'quarter': case 'year': if (kind === 'budget') facts.add(`per ${word}`); return;
      case 'approved': return void facts.add('approved');
      case 'weekday': case 'weekdays': for (const one of days(0, 4)) facts.add(`day ${one}`); return;
      case 'weekend': case 'weekends': for (const one of days(5, 6)) facts.add(`day ${one}`); return;
      case 'requester': case 'requesters': if (kind === 'receivers') facts.add('receiver requester'); return;
      default:
        if (FILLING.has(word)) return;
        if (FREE.has(slot)) free.push(word);
        else facts.add(`word ${word}`);
    }
  });
  flush();
  // One alone has its own limit anyway.
  if ([...facts].filter((fact) => fact.startsWith('who ')).length === 1) facts.delete('each');
  return [...facts].sort();
}
