import { homedir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.js';

test('the home is made absolute and the rest has defaults', () => {
  expect(readConfig(['--home', '/tmp/../home'], {})).toEqual({
    home: '/tmp/../home', withParent: false, logLevel: 'info',
    stock: { markers: join(homedir(), '.local/state/countersign/stock'), mostBytes: 2 ** 30, mostSetBytes: 2 ** 28, sessions: 2 },
  });
  expect(readConfig(['--home', 'x', '--with-parent'], { COUNTERSIGN_NODE_PASSPHRASE: 'p', COUNTERSIGN_LOG_LEVEL: 'warn' })).toMatchObject({ withParent: true, passphrase: 'p', logLevel: 'warn' });
});

test('markers of the stock are where the XDG specification says, or where the operator says', () => {
  const markers = (env: Record<string, string>): string => readConfig(['--home', '/home/bank'], env).stock.markers;
  expect(markers({ XDG_STATE_HOME: '/state' })).toBe('/state/countersign/stock');
  expect(markers({ XDG_STATE_HOME: 'state' })).toBe(join(homedir(), '.local/state/countersign/stock'));
  expect(markers({ XDG_STATE_HOME: '/state', COUNTERSIGN_STOCK_MARKERS: '/home/bank-markers' })).toBe('/home/bank-markers');
});

test.each<[string[], Record<string, string>, RegExp]>([
  [[], {}, /`--home` is missing/],
  [['--hmoe', 'x'], {}, /usage/],
  [['--home', 'x'], { COUNTERSIGN_STOCK_BYTES: '-1' }, /^`COUNTERSIGN_STOCK_BYTES` is not understood$/],
  [['--home', 'x'], { COUNTERSIGN_STOCK_MARKERS: 'markers' }, /^`COUNTERSIGN_STOCK_MARKERS` is not understood$/],
  [['--home', '/home/bank'], { COUNTERSIGN_STOCK_MARKERS: '/home/bank/markers' }, /^`COUNTERSIGN_STOCK_MARKERS` is in the node home/],
  [['--home', 'x'], { COUNTERSIGN_LOG_LEVEL: 'loudest' }, /^`COUNTERSIGN_LOG_LEVEL` is not understood$/],
])('%j with %j is refused, without quoting values', (args, env, message) => {
  expect(() => readConfig(args, env)).toThrow(message);
});
