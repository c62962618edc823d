/** Where traces are sent, and which. */
export interface TracingSettings {
  /** Of OTLP over HTTP, with `/v1/traces` at its end. */
  readonly url: URL
  readonly encoding: (typeof encodings)[number]
  /** Sent with every request; credentials are among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly serviceName: string
  /** What else is said of this process. */
  readonly resource: Readonly<Record<string, string>>
  readonly sampler: (typeof samplers)[number]
  /** The share of traces that is recorded, for samplers by share: 0 to 1. */
  readonly share: number
  /** How many traces a second samplers by share begin to record at most. */
  readonly mostPerSecond: number
}

export const encodings = ['http/protobuf', 'http/json'] as const

export const samplers = [
  ...['always_on', 'always_off', 'traceidratio'],
  ...['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'],
] as const
