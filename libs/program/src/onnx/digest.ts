import { labelledDigest } from '../digest.js';
import { type Network } from './network.js';

/** Hex SHA-256("countersign/network/1" ‖ 0x00 ‖ JCS(network)): what an architecture is called in short. */
export const networkDigest = (network: Network): string => labelledDigest('countersign/network/1', network);
