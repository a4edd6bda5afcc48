import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from './config.js';

describe('the settings', () => {
  test('have defaults on loopback', () => {
    expect(readConfig({ COUNTERSIGN_HOME: '/srv/countersign' })).toMatchObject({
      home: '/srv/countersign', http: { host: '127.0.0.1', port: 7480 }, gateway: { host: '127.0.0.1', port: 7443, publicHost: '127.0.0.1' }, databaseUrl: undefined, crashAt: undefined,
    });
  });

  test.each([
    ['COUNTERSIGN_HTTP_PORT', '70000'], ['COUNTERSIGN_DATABASE_URL', 'mysql://u:secret-password@h/d'], ['COUNTERSIGN_ORIGIN', 'a log\nwith lines'], ['COUNTERSIGN_LOG_LEVEL', 'loud'],
  ])('a wrong %s is named, without its value', (name, value) => {
    const read = () => readConfig({ [name]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(`\`${name}\``);
    expect(read).not.toThrow(value);
  });
});
