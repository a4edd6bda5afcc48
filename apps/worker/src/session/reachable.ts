import { BlockList, isIP } from 'node:net';

/**
 * Where a peer can be. The address comes from the peer itself, so it must not send a worker to services of its own machine, or to the
 * metadata service that clouds keep at a link-local address. Private networks are allowed: consortia use them.
 */
const NO_PEER = new BlockList();
NO_PEER.addSubnet('0.0.0.0', 8, 'ipv4'); // this host (RFC 1122)
NO_PEER.addSubnet('169.254.0.0', 16, 'ipv4'); // link-local (RFC 3927)
NO_PEER.addSubnet('192.0.0.0', 24, 'ipv4'); // protocol assignments (RFC 6890)
NO_PEER.addSubnet('224.0.0.0', 3, 'ipv4'); // multicast, reserved, broadcast
NO_PEER.addAddress('100.100.100.200', 'ipv4'); // metadata service of a cloud, inside shared address space
NO_PEER.addAddress('::', 'ipv6');
NO_PEER.addSubnet('fe80::', 10, 'ipv6'); // link-local (RFC 4291)
NO_PEER.addSubnet('ff00::', 8, 'ipv6'); // multicast
NO_PEER.addSubnet('64:ff9b::', 96, 'ipv6'); // IPv4 behind NAT64 (RFC 6052)
NO_PEER.addSubnet('2002::', 16, 'ipv6'); // IPv4 behind 6to4 (RFC 3056)
NO_PEER.addAddress('fd00:ec2::254', 'ipv6'); // metadata service of a cloud

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const within = (list: BlockList, address: string): boolean => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether `address` may be dialled by a session that listens on `own`; loopback only by one that is on loopback itself. */
export function mayDial(address: string, own: string): boolean {
  if (isIP(address) === 0 || within(NO_PEER, address)) return false;
  return !within(LOOPBACK, address) || within(LOOPBACK, own) || own === 'localhost';
}
