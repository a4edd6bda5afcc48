import { type BaseTransfers } from '../base-transfers.js';
import { receiveKPke } from './receiver.js';
import { sendKPke } from './sender.js';

export const kPkeTransfers: BaseTransfers = {
  name: 'k-pke-768',
  security: 'semi-honest',
  receive: receiveKPke,
  send: sendKPke,
};
