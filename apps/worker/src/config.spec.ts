import { readConfig } from './config.js';

test('the home is made absolute and the rest has defaults', () => {
  expect(readConfig(['--home', '/tmp/../home'], {})).toEqual({ home: '/tmp/../home', withParent: false, logLevel: 'info' });
  expect(readConfig(['--home', 'x', '--with-parent'], { COUNTERSIGN_NODE_PASSPHRASE: 'p', COUNTERSIGN_LOG_LEVEL: 'warn' })).toMatchObject({ withParent: true, passphrase: 'p', logLevel: 'warn' });
});

test.each<[string[], Record<string, string>, RegExp]>([
  [[], {}, /`--home` is missing/],
  [['--hmoe', 'x'], {}, /usage/],
  [['--home', 'x'], { COUNTERSIGN_LOG_LEVEL: 'loudest' }, /^`COUNTERSIGN_LOG_LEVEL` is not understood$/],
])('%j with %j is refused, without quoting values', (args, env, message) => {
  expect(() => readConfig(args, env)).toThrow(message);
});
