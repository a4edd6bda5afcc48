import { wireBytes } from '../../channel/index.js';
import { type BaseTransfers } from '../base-transfers.js';
import { ciphertextsMessageBytes, keysMessageBytes } from './flow.js';
import { receiveKPke } from './receiver.js';
import { sendKPke } from './sender.js';

export const kPkeTransfers: BaseTransfers = {
  name: 'k-pke-768',
  security: 'semi-honest',
  receive: receiveKPke,
  send: sendKPke,
  bytes: (count) => wireBytes(keysMessageBytes(count)) + wireBytes(ciphertextsMessageBytes(count)),
};
