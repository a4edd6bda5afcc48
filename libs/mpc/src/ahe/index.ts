export { type Needed, type Sums, Rerandomiser, allOf, finish, finishInto } from './answer.js';
export { Coins } from './coins.js';
export { cofactorInverse, integerConstants, inverse, modulo } from './constants.js';
export { decrypt } from './decrypt.js';
export { type Ciphertext, encrypt, encryptInto, readBody, readCiphertext } from './encrypt.js';
export { type PublicKey, publicKeyOf, readPublicKey } from './keys.js';
export { Mask } from './masks.js';
export {
  type AheParameters, type Load, aheSets, answerBytes, answerDistance, ciphertextBytes, failureProbability, largestLogQ, leakDeviation, product, wholeLoad,
} from '#program/plans';
export { Ring } from './ring.js';
export { Scheme, slackBytes } from './scheme.js';
export { SecretKey, makeSecretKey } from './secret-key.js';
