export { DATA_ERRORS, DataError, type DataErrorCode } from './errors.js';
export { describeDataset, MOST_ROWS, readTable, type DatasetDescription, type TableRequest } from './read-table.js';
export { type ModelRequest, type OwnModel, readModel, readRegisteredModel } from './read-model.js';
export { ReaderProcesses } from './reader.js';
export type { DataSource } from './source.js';
