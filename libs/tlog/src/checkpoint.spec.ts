import { existsSync, readFileSync } from 'node:fs';
import { SigningKey, verifySignature } from '#pqc';
import * as portable from '#pqc/portable';
import { emptyRoot, formatCheckpoint, formatVkey, LogError, MerkleTree, parseNote, parseVkey, signatureLine, signCheckpoint, verifyCheckpoint } from './index.js';

const FOLDER = new URL('../../../../shared/vectors/tlog/', import.meta.url);
const origin = 'countersign.example/log';
const now = new Date('2026-03-01T12:00:00.999Z');
const key = SigningKey.fromSeed('ML-DSA-44', new Uint8Array(32).fill(1));
const vkey = formatVkey(origin, key.publicKey);
const root = new Uint8Array(32).fill(0xab);
const note = signCheckpoint(key, { origin, size: 7, root }, now);
const refusedWith = (code: string) => expect.objectContaining({ code });

(existsSync(FOLDER) ? describe : describe.skip)('a checkpoint of another implementation (torchwood)', () => {
  const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
  it.each([['portable', portable.verifySignature], ['native', verifySignature]] as const)('verifies, %s', (_name, verify) => {
    const checkpoint = verifyCheckpoint(read('torchwood-mldsa.checkpoint'), read('torchwood-mldsa.vkey').trim(), { verifySignature: verify });
    expect(checkpoint).toMatchObject({ origin: 'example.com/mldsa-log', size: 1, timestamp: 0 });
  });
  it('has a key whose text we write alike', () => {
    const text = read('torchwood-mldsa.vkey').trim();
    const { name, publicKey } = parseVkey(text);
    expect(formatVkey(name, publicKey)).toBe(text);
  });
});

describe('checkpoints', () => {
  it('come back from the note that was signed', () => {
    expect(verifyCheckpoint(note, vkey)).toEqual({ origin, size: 7, root, timestamp: Math.floor(now.getTime() / 1000) });
    expect(verifyCheckpoint(signCheckpoint(key, { origin, size: 0, root: emptyRoot() }, now), vkey).size).toBe(0);
  });

  it('are three lines, a blank one, and a signature of 2420 bytes after key id and time', () => {
    expect(formatCheckpoint({ origin, size: 7, root })).toBe(`${origin}\n7\n${'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s='}\n`);
    expect(note.startsWith(`${formatCheckpoint({ origin, size: 7, root })}\n\u2014 ${origin} `)).toBe(true);
    expect(parseNote(note).signatures[0].bytes).toHaveLength(4 + 8 + 2420);
  });

  it('keep their meaning when witnesses add their lines, and each line is its own witness\'s', () => {
    const witness = SigningKey.generate('ML-DSA-44');
    const [name, other] = ['witness.example/w1', 'witness.example/w2'];
    const cosigned = note + signatureLine(witness, name, { origin, size: 7, root }, now);
    expect(verifyCheckpoint(cosigned, vkey).size).toBe(7);
    expect(verifyCheckpoint(cosigned, formatVkey(name, witness.publicKey), { origin }).size).toBe(7);
    // Relabelled with the other name and its key id, the line does not verify: the name is signed.
    const [, , encoded] = signatureLine(witness, other, { origin, size: 8, root }, now).split(' ');
    const stolen = Buffer.concat([Buffer.from(encoded, 'base64').subarray(0, 4), parseNote(cosigned).signatures[1].bytes.subarray(4)]);
    expect(() => verifyCheckpoint(`${note}\u2014 ${other} ${stolen.toString('base64')}\n`, formatVkey(other, witness.publicKey), { origin })).toThrow(refusedWith('CS0802'));
  });

  it.each<[string, string, string]>([
    ['another size', 'CS0802', note.replace('\n7\n', '\n8\n')],
    ['another root', 'CS0802', note.replace('q6ur', 'q6us')],
    ['another time', 'CS0802', note.replace('AAAABp', 'AAAABq')],
    ['another log', 'CS0803', note.replace(origin, 'other.example/log')],
    ['the signature of another key', 'CS0802', signCheckpoint(SigningKey.generate('ML-DSA-44'), { origin, size: 7, root }, now)],
    ['a shortened signature', 'CS0802', note.replace(/.{4}\n$/, '\n')],
    ['a second, false signature of the same key', 'CS0802', note + signatureLine(key, origin, { origin, size: 8, root }, now)],
    ['no signature', 'CS0801', formatCheckpoint({ origin, size: 7, root })],
    ['an extension line', 'CS0801', note.replace('\n\n', '\nextra\n\n')],
    ['a leading zero', 'CS0801', note.replace('\n7\n', '\n07\n')],
    ['a size over 2^53', 'CS0801', note.replace('\n7\n', '\n9007199254740993\n')],
    ['a negative size', 'CS0801', note.replace('\n7\n', '\n-7\n')],
    ['another base64 of the root', 'CS0801', note.replace('q6s=\n', 'q6t=\n')],
    ['a carriage return', 'CS0801', note.replaceAll('\n', '\r\n')],
    ['a control character in the origin', 'CS0801', note.replace(origin, `${origin}\u001b[2J`)],
    ['an em dash in the origin', 'CS0801', note.replace(origin, '\u2014')],
    ['text after the signatures', 'CS0801', `${note}more\n`],
    ['65 signatures', 'CS0801', note + signatureLine(key, origin, { origin, size: 7, root }, now).repeat(64)],
    ['a megabyte', 'CS0801', note + 'a'.repeat(1 << 20)],
    ['nothing', 'CS0801', ''],
  ])('are refused with %s (%s)', (_name, code, text) => {
    expect(text).not.toBe(note);
    expect(() => verifyCheckpoint(text, vkey)).toThrow(refusedWith(code));
  });

  it('are not signed with another parameter set, and not under a name that breaks a note', () => {
    expect(() => signCheckpoint(SigningKey.generate('ML-DSA-65'), { origin, size: 7, root }, now)).toThrow(refusedWith('CS0812'));
    for (const name of ['a b', 'a+b', 'a\nb', '', '\u2014', 'x'.repeat(256)]) {
      expect(() => signCheckpoint(key, { origin: name, size: 7, root }, now)).toThrow(LogError);
      expect(() => signatureLine(key, name, { origin, size: 7, root }, now)).toThrow(refusedWith('CS0812'));
    }
    expect(() => formatCheckpoint({ origin, size: 1.5, root })).toThrow(refusedWith('CS0801'));
    expect(() => formatCheckpoint({ origin, size: 1, root: root.slice(1) })).toThrow(refusedWith('CS0801'));
  });

  it('are signed alike by a portable key', () => {
    const twin = portable.SigningKey.fromSeed('ML-DSA-44', key.seed());
    expect(verifyCheckpoint(signCheckpoint(twin, { origin, size: 3, root: new MerkleTree([root, root, root]).root() }, now), vkey).size).toBe(3);
  });
});

describe('verifier keys', () => {
  it('come back from their text', () => {
    expect(parseVkey(vkey)).toMatchObject({ name: origin, publicKey: key.publicKey });
  });
  it.each([
    ['another key id', vkey.replace(/\+([0-9a-f])/, (_all, c: string) => `+${c === '0' ? '1' : '0'}`)],
    ['another name', vkey.replace('countersign', 'contersign')],
    ['another type', `${vkey.split('+').slice(0, 2).join('+')}+${Buffer.concat([Buffer.of(4), key.publicKey]).toString('base64')}`],
    ['a short key', `${vkey.split('+').slice(0, 2).join('+')}+${Buffer.concat([Buffer.of(6), key.publicKey.subarray(1)]).toString('base64')}`],
    ['spare white space', `${vkey}\n`],
    ['nothing', ''],
  ])('are refused with %s', (_name, text) => {
    expect(() => parseVkey(text)).toThrow(refusedWith('CS0812'));
  });
});
