/** What is said of the process that sends spans. */
export interface SentBy {
  readonly resource: Readonly<Record<string, string>>
  /** What made the spans. */
  readonly scope: { readonly name: string; readonly version: string }
}
