export interface CodeText {
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
}
export const CODES: Readonly<Record<string, CodeText>> = {};
