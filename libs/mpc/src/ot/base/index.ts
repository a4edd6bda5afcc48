import { type BaseTransfers } from '../base-transfers.js';
import { type Kem } from '../kem.js';
import { receiveBaseTransfers } from './receiver.js';
import { sendBaseTransfers } from './sender.js';

/** Transfers from a KEM as it comes. */
export const kemTransfers = (kem: Kem): BaseTransfers => ({
  name: 'ml-kem-768',
  security: 'semi-honest',
  receive: (party, choices, count) => receiveBaseTransfers({ ...party, kem }, choices, count),
  send: (party, count) => sendBaseTransfers({ ...party, kem }, count),
});
