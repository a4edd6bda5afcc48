import { z } from 'zod';

/** A name that people write: node, dataset, group, program. No control character, no look-alike trick, NFC, single spaces. */
export const Name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._&'-]*$/, 'a name starts with a letter or digit and uses letters, digits, spaces and . _ & \' -')
  .refine((name) => !/ {2}| $/.test(name), 'a name has no double or trailing space');
/** So that "Ana Lopez of Bank A" reads in one way only. */
export const PersonName = Name.refine((name) => !/(^| )of( |$)/i.test(name), 'a person\'s name has no word `of` in it');
/** A node, or a person as `signerOf` names her. */
export const SignerName = z.string().min(1).max(132).regex(/^[A-Za-z0-9][A-Za-z0-9 ._&'-]*$/, 'a name starts with a letter or digit and uses letters, digits, spaces and . _ & \' -');
export const ColumnName = z.string().min(1).max(64).regex(/^[A-Za-z_][A-Za-z0-9_ .-]*$/, 'a column starts with a letter or _ and uses letters, digits, spaces and _ . -');
/** SHA-256 in lower-case hex. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);
/** RFC 3339, UTC, milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 });
/** RFC 7638 thumbprint of an AKP key: SHA-256, base64url. */
export const KeyId = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const Base64Url = (maxBytes: number) => z.string().max(Math.ceil((maxBytes * 4) / 3)).regex(/^[A-Za-z0-9_-]*$/);
/** A decimal number kept as text, since signed objects hold no fractions. */
/** Of a decimal, with sign and point. */
export const MOST_DIGITS = 40;
export const Decimal = z.string().max(MOST_DIGITS).regex(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
/** JWS compact serialisation of a signed statement. */
export const Jws = z.string().max(262_144).regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
/** What a terminal, a log or PostgreSQL would act upon instead of showing it: controls, direction marks, half characters, line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** One line that a person wrote and others are shown. */
export const Line = (maxCharacters: number) =>
  z.string().max(maxCharacters).refine((text) => text.search(UNSEEN) < 0 && text.normalize('NFC') === text, 'text is one visible line, in Unicode normal form C');
/** Any text as a `Line`: what cannot be seen becomes `?`. */
export const lineOf = (text: string, maxCharacters: number): string => text.normalize('NFC').slice(0, maxCharacters).replace(UNSEEN, '?');
/** Where a node's data is. */
export const Region = z.string().min(2).max(32).regex(/^[A-Za-z][A-Za-z0-9 -]*$/, 'a region is a word such as EU or UK');
export const JobId = z.string().regex(/^job_[0-9a-f]{20}$/);
export const Tag = z.string().min(1).max(32).regex(/^[a-z][a-z0-9_-]*$/, 'a tag starts with a small letter and uses small letters, digits, _ and -');
export const Purpose = z.string().min(1).max(128).regex(/^[A-Za-z0-9][A-Za-z0-9 ._&'-]*$/, 'a purpose starts with a letter or digit and uses letters, digits, spaces and . _ & \' -');

/** A node's identifier in URLs and the audit log: the name in lower case with dashes. */
export const nodeIdOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
export const jobIdOf = (jobDigest: string): string => `job_${jobDigest.slice(0, 20)}`;
