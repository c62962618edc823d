/** A request of a program, as the sandbox keeps it: neither body nor credentials. */
export interface LoggedRequest {
  /** The `X-Request-Id` of its answer. */
  readonly id: string
  /** When it was answered. */
  readonly at: string
  readonly method: string
  readonly path: string
  readonly status: number
  readonly milliseconds: number
  /** How often in a row it was sent and answered alike, as a program does that polls. */
  readonly times: number
  readonly sessionGuid?: string
  /** Of a scenario that the sandbox played. */
  readonly played?: true
  /** The fault that was armed for it. */
  readonly fault?: string
  /** Why it was refused. */
  readonly refusal?: {
    readonly code: string
    readonly text: string
    /** The page that says what to do. */
    readonly help: string
  }
}
