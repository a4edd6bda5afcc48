import { z } from 'zod';
import { KeyId, Name } from '#contract';
import { digestOf } from '#pqc';

const MOST_PARTIES = 64;

/** Whose correlations these are. The order of the parties and the own place in it are part of it: a share fits one place only. */
export const PartySet = z
  .strictObject({
    suite: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    parties: z.array(z.strictObject({ node: Name, linkKid: KeyId })).min(2).max(MOST_PARTIES),
    own: z.int().min(0),
  })
  .refine(({ parties, own }) => own < parties.length, 'the own place is none of the set')
  .refine(({ parties }) => new Set(parties.map(({ linkKid }) => linkKid)).size === parties.length, 'a key is in the set twice');
export type PartySet = z.infer<typeof PartySet>;

/**
 * The set of these nodes as `own` sees it. Additive shares fit any order of the parties, so the set has one order, by key, and `places` says where
 * each of the nodes stands in it. @throws RangeError when `own` is none of them
 */
export function setOf(suite: string, nodes: readonly { readonly node: string; readonly linkKid: string }[], own: string): { readonly set: PartySet; readonly places: readonly number[] } {
  const parties = [...nodes].sort((a, b) => (a.linkKid < b.linkKid ? -1 : 1)).map(({ node, linkKid }) => ({ node, linkKid }));
  const places = nodes.map(({ node }) => parties.findIndex((party) => party.node === node));
  const place = parties.findIndex(({ node }) => node === own);
  if (place < 0) throw new RangeError('a set without this node');
  return { set: { suite, parties, own: place }, places };
}

/** The same at every party of a set. */
export const groupOf = ({ suite, parties }: PartySet): string => digestOf('countersign/stock-group/1', { suite, parties: parties.map(({ linkKid }) => linkKid) });

/** One for each place in each group; names the folder of the set. */
export const setIdOf = (set: PartySet): string => digestOf('countersign/stock-set/1', { group: groupOf(set), own: set.own });
