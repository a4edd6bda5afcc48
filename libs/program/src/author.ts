/** What a program of a user's own imports as `countersign/program`. */
export { type AuthorInterface, type ColumnChoice, type ColumnOptions, type ParameterSpec, type ProgramSpec, type RowsHandle, column, columns, number, program } from './recorded/author.js';
export type { Stage, StageKind, StagePart } from './stages.js';
export type { Expression, ExpressionOperand, Parameter } from './recorded/expression.js';
