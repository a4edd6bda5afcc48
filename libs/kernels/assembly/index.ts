export { transpose } from './transpose';
export { fold } from './fold';
export { xorInto, xorMasked, xorBlock, hashWords } from './xor';
export { gilboaSend, gilboaReceive } from './gilboa';
export { bitSend, bitReceive } from './bits';
export { multiplyAdd } from './multiply';
export { treeInputs, treeChildren, treePuncture } from './trees';
export { encode, bucketSums } from './code';
export { lowBits, setLowBits, xorWhere } from './choices';
export {
  addWords, subtractWords, multiplyWords, multiplyAddWords, scaleWords, scaleAddWords, fillWords, shiftRightWords, gatherWords, sumAxis,
} from './ring';
export { matrixMultiplyAdd } from './matrix';
export { wordsToPlanes, planesToWords, xorBytes, andBytes, andXorBytes, notBytes } from './planes';
export { replicatedMultiply, replicatedAnd } from './replicated';
export { fieldAdd, fieldSubtract, fieldSumAxis, fieldFromWords, fieldFromSigned, fieldToSigned } from './field';
export { fieldMultiply, fieldMultiplyAdd, fieldScale, fieldScaleAdd } from './field-multiply';
export { fieldMatrixMultiplyAdd } from './field-matrix';
export { byteFieldMultiply, byteFieldMultiplyXor, byteFieldScale, byteFieldScaleXor, bitsToBytes, bytesToBits } from './bytes-field';
export { sponge } from './ml-kem/keccak';
export { sampleUniform } from './ml-kem/sample';
export { addModQ, byteDecode12, byteEncode12, subtractModQ } from './ml-kem/bytes';
export { kPkeDecrypt, kPkeEncrypt, kPkeKeys } from './ml-kem/k-pke';
