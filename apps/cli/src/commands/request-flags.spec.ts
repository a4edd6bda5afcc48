import { describe, expect, it } from '@jest/globals';
import { type CliError } from '../failure.js';
import { requestFrom } from './request-flags.js';

describe('the flags of a request', () => {
  const asked = { dataset: 'Loans', nodes: ['Bank A', 'Bank B'], receivers: ['Bank A'] };
  it('say what it may rest on', () => {
    expect(requestFrom('Count', { ...asked, assumptions: 'no-lpn' }).assumptions).toBe('no-lpn');
  });
  it('ask for Laplace or Gaussian noise, or for none', () => {
    expect(requestFrom('Count', { ...asked, epsilon: '0.5' }).privacy).toEqual({ mechanism: 'discrete-laplace', epsilon: '0.5' });
    expect(requestFrom('Count', { ...asked, epsilon: '0.5', delta: '0.000001', mechanism: 'gaussian' }).privacy).toEqual({ mechanism: 'discrete-gaussian', epsilon: '0.5', delta: '0.000001' });
    expect(requestFrom('Count', asked).privacy).toBeUndefined();
  });
  it.each([
    [{ epsilon: '0.5', delta: '0.1' }, /needs a `delta`, and `laplace` takes none/],
    [{ epsilon: '0.5', mechanism: 'gaussian' }, /needs a `delta`/],
    [{ epsilon: 'half' }, /a decimal number above 0/],
    [{ epsilon: '0.00' }, /a decimal number above 0/],
    [{ epsilon: '1e-3' }, /a decimal number above 0/],
    [{ delta: '0.1', mechanism: 'gaussian' }, /^`--epsilon`: it is needed$/],
  ])('are refused where they make no sense: %j', (flags, said) => {
    expect(() => requestFrom('Count', { ...asked, ...flags })).toThrow(expect.objectContaining({ code: 'CS0901', message: expect.stringMatching(said) }));
  });

  it.each([
    [{ assumptions: 'no-lpm' }, '`--assumptions`: `no-lpm` is none of `any`, `no-lpn` and `module-lwe-only`', 'did you mean `no-lpn`?'],
    [{ assumptions: 'none-at-all' }, '`--assumptions`: `none-at-all` is none of `any`, `no-lpn` and `module-lwe-only`', 'see --help'],
    [{ suite: 'replicated-z46' }, '`--suite`: `replicated-z46` is none of `auto`, `additive-z64`, `replicated-z64` and `shamir-p61`', 'did you mean `replicated-z64`?'],
    [{ majority: 'honset' }, '`--majority`: `honset` is none of `dishonest` and `honest`', 'did you mean `honest`?'],
    [{ epsilon: '1', mechanism: 'laplas' }, '`--mechanism`: `laplas` is none of `laplace` and `gaussian`', 'did you mean `laplace`?'],
    [{ epsilon: '0,5' }, '`--epsilon`: a decimal number above 0, such as 0.5', 'see --help'],
    [{ param: [`column=${'x'.repeat(300)}`] }, '`--param column`: it has at most 256 characters', 'see --help'],
    [{ param: ['column'] }, '`column` is no parameter', 'write name=value, for example column=annual_inc'],
    [{ purpose: 'credit; fraud' }, "`--purpose`: a purpose starts with a letter or digit and uses letters, digits, spaces and . _ & ' -", 'see --help'],
    [{ nodes: ['Bank A', 'Bank  B'] }, '`--nodes`: a name has no double or trailing space', 'see --help'],
    [{ nodes: undefined, dataset: undefined, input: ['Bank A:Loans:Rows'] }, '`--input`, role: a role is small letters and _', 'see --help'],
    [{ nodes: undefined }, 'a request has either `--input`, or `--dataset` and `--nodes`', 'see --help'],
  ])('are refused in words of their own, with the nearest: %j', (flags, message, help) => {
    let error: CliError | undefined;
    try {
      requestFrom('Count', { ...asked, ...flags });
    } catch (thrown) {
      error = thrown as CliError;
    }
    expect({ code: error?.code, message: error?.message, help: error?.details.help }).toEqual({ code: 'CS0901', message, help: [help] });
  });
});
