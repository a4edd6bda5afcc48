import { type Mechanism } from './plan.js';

export interface CountResult {
  readonly count: number;
}
export interface SumResult extends CountResult {
  readonly sum: number;
}
/** `mean` (and `std`) are null where no row has one, or where noise leaves too little of it to tell. */
export interface MeanResult extends CountResult {
  readonly mean: number | null;
}
export interface StandardDeviationResult extends MeanResult {
  /** Of the population: divided by the count. */
  readonly std: number | null;
}
export interface HistogramResult {
  readonly counts: Readonly<Record<string, number>>;
}
export interface GroupMeanResult {
  readonly groups: Readonly<Record<string, MeanResult>>;
}
export interface ScoresResult {
  /** In the row order of the data owner. */
  readonly scores: readonly number[];
}
/** How far each number of a result may be from what it would be without noise: built like the result, null where that says nothing. */
export interface Errors {
  readonly [name: string]: number | null | Errors;
}
/** What a private result says of itself. */
export interface ResultPrivacy {
  readonly mechanism: Mechanism;
  readonly epsilon: string;
  readonly delta?: string;
  /** Each number by itself is farther off with a probability of at most 5 %. */
  readonly error95: Errors;
}
/** The results whose noise is told. */
export type AggregateResult = CountResult | SumResult | MeanResult | StandardDeviationResult | HistogramResult | GroupMeanResult | ScoresResult;
/** A number, null where there is none, and lists and named ones of these. */
export type ResultValue = number | null | string | boolean | readonly ResultValue[] | { readonly [name: string]: ResultValue };
/** The result of a program of tensors, by the names of what it opens. */
export interface TensorResult {
  readonly [name: string]: ResultValue;
}
export type ProgramResult = { readonly privacy?: ResultPrivacy } & (AggregateResult | TensorResult);
