export { type ImportOptions, type Model, importOnnx } from './import.js';
export type { Layer, LayerOperation, Network, NetworkInput, NetworkOutput, Weight, Windows } from './network.js';
export { ONNX_OPERATORS } from './operators/index.js';
export { type Elements, elementsOf as onnxElements } from './read/elements.js';
export { readTensor as readOnnxTensor } from './read/messages.js';
export { runNetwork } from './run.js';
export { shapesOf } from './shapes.js';
export type { RealTensor } from './tensor.js';
export { type OnnxAttribute, type OnnxGraph, type OnnxNode, type OnnxWeight, writeOnnx } from './write.js';
