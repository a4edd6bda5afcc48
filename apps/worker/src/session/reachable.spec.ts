import { mayDial } from './reachable.js';

/** Threat T12: a malicious party names an internal address in its Accept. */
test.each([
  '169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe', 'fe80::1', '0.0.0.0', '::', '::ffff:0.0.0.0', '224.0.0.1', '255.255.255.255', 'ff02::1', '64:ff9b::a9fe:a9fe', '2002:a9fe:a9fe::1',
  '100.100.100.200', 'fd00:ec2::254', '127.0.0.1', '::1', '::ffff:127.0.0.1', 'metadata.internal', '0x7f.1', '2130706433',
])('%s is no place of a peer', (address) => {
  expect(mayDial(address, '10.1.2.3')).toBe(false);
});

test.each(['10.0.0.7', '192.168.1.2', '203.0.113.9', 'fd12::7', '2001:db8::1'])('%s is one', (address) => {
  expect(mayDial(address, '10.1.2.3')).toBe(true);
});

test.each(['127.0.0.1', '::1', 'localhost'])('a session on %s reaches its own machine', (own) => {
  expect(mayDial('127.0.0.1', own)).toBe(true);
});
