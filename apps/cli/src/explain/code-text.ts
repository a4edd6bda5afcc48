/** The long text of an error code: what it means, why it is so, and what to do. */
export interface CodeText {
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
}
export type CodeTexts = Readonly<Record<string, CodeText>>;

/** One row of a table of texts. */
export const text = (title: string, meaning: string, action: string): CodeText => ({ title, meaning, action });
