import { type ParameterValue, type ResultPrivacy } from '#program';
import { type Markup } from '../markup.js';
import { type PlotWords } from '../plots/svg.js';

/** One number that stands at the top. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** All rows as text; the first column names them. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

/** A part of the result: how to read it, a plot, and the same as a table. */
export interface Figure {
  readonly title: string;
  /** How to read it, in a sentence or two. */
  readonly reading?: string;
  /** Says in words what is seen; absent where a table says all. */
  readonly plot?: { readonly description: string; readonly draw: (words: PlotWords) => Markup };
  readonly tables: readonly Table[];
}

export interface Findings {
  readonly tiles?: readonly Tile[];
  readonly figures?: readonly Figure[];
  /** What is to be known of the result as a whole. */
  readonly notes?: readonly string[];
}

/** What the job asked for: names and errors come from there. */
export interface Asked {
  readonly job: string;
  readonly program: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly privacy?: ResultPrivacy;
}

/** What a value of a result, of this name, shows; undefined where it is not of the form that the reader knows. */
export type Reader = (value: unknown, asked: Asked, name: string) => Findings | undefined;
