/** Counts what becomes of spans. */
export interface SpanMeter {
  /** The collector has accepted them. */
  sent(spans: number): void
  dropped(spans: number): void
  /** A trace was not recorded, because enough of them were in that second. */
  leftOut(): void
}

/** With one, or none. */
export interface SpansMetered {
  readonly spanMeter?: SpanMeter | undefined
}
