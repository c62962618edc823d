import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import type { Parts } from '../base/parts.ts'
import type { Attributes } from '../base/tracing/attributes.ts'
import type { Tracer } from '../base/tracing/span.ts'
import type { SpansMetered } from '../base/tracing/span-meter.ts'
import { createTracers } from './create-tracer.ts'
import { createSendSpans } from './send-spans.ts'
import { createSpanQueue } from './span-queue.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** The traces of a process. */
export interface Tracing {
  /** @param always what the first span of each trace here says. */
  tracer(always: Attributes): Tracer
  /** Sends what waits, for two seconds at most. */
  close(): Promise<void>
}

/** How often it is looked whether the time of day was set. */
const originMilliseconds = 60_000

/** Sends the traces of this process to a collector; reaching it is not waited for. */
export function openTracing(
  settings: TracingSettings,
  {
    version,
    ...parts
  }: Pick<Parts, 'clock' | 'random' | 'log'> & SpansMetered & { readonly version: string },
): Tracing {
  const { clock } = parts
  const outgoing = createOutgoing({ clock, privateAddresses: 'allowed', maxSockets: 1 })
  const sentBy = {
    resource: { ...settings.resource, 'service.name': settings.serviceName, 'service.version': version },
    scope: { name: 'tonegate', version },
  }
  const queue = createSpanQueue(createSendSpans(settings, sentBy, { send: outgoing.send, clock }), parts)
  let origin = clock.now() - clock.elapsed()
  const stopSetting = clock.every(originMilliseconds, () => {
    origin = clock.now() - clock.elapsed()
  })
  const now = () => Math.round((origin + clock.elapsed()) * 1000)
  return {
    tracer: createTracers(settings, { ...parts, now, ended: queue.add }),
    async close() {
      stopSetting()
      await queue.close()
      outgoing.close()
    },
  }
}
