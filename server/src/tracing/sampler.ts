import type { SpanPlace } from '../base/tracing/span.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** Whether a trace is recorded. */
type Sampler = (traceId: string, parent: SpanPlace | undefined) => boolean

/** So many hexadecimal digits at the end of a trace's id are taken as a number that is as good as random. */
const digits = 13

/** The samplers of OpenTelemetry's settings: those by a parent do as that does, and decide where there is none. */
export function createSampler({ sampler, share }: Pick<TracingSettings, 'sampler' | 'share'>): Sampler {
  const [, byParent, name] = /^(parentbased_)?(.*)$/.exec(sampler) ?? []
  const decide = deciders[name as keyof typeof deciders](share)
  return byParent ? (traceId, parent) => parent?.sampled ?? decide(traceId) : decide
}

const deciders = {
  always_on: () => () => true,
  always_off: () => () => false,
  traceidratio: (share: number) =>
    share === 1
      ? () => true
      : (traceId: string) => Number.parseInt(traceId.slice(-digits), 16) < share * 16 ** digits,
} as const
