import type { NewGuid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { Http } from '../../http/http.ts'
import { noSuchCall } from '../live/live-call.ts'
import type { LiveCalls } from '../live/live-calls.ts'
import type { Platform } from '../platforms/platform.ts'
import { callsPath } from './calls-api.ts'
import { platformOf } from './require-platform.ts'
import { endBody, namedCallBody, referencePath, reportedCall } from './schemas.ts'

export const referencedCallPath = `${callsPath}/calls/by-reference/:reference`

/**
 * For signalling that can only POST (contract/calls §7): `…/calls/by-reference/{reference}/answered`, `/updated` and
 * `/ended`. The reference is the platform's own name of the call, escaped.
 */
export function registerByReference(
  app: Http,
  { liveCalls, newGuid }: { readonly liveCalls: LiveCalls; readonly newGuid: NewGuid },
): void {
  /** The call of this name, or the one that it takes the place of: that goes on under its new name. */
  const knownAs = async (platform: Platform, reference: string, replaces: string | undefined) =>
    (await liveCalls.named(platform, reference)) ??
    (replaces === undefined ? undefined : await liveCalls.named(platform, replaces))

  const schema = { params: referencePath, body: namedCallBody }
  const onReference = createOneAtATime()
  const one = <T>(platform: Platform, reference: string, operation: () => Promise<T>) =>
    onReference(`${platform.guid} ${reference}`, operation)

  app.post(`${referencedCallPath}/answered`, { schema }, (request) => {
    const { reference } = request.params
    const platform = platformOf(request)
    const told = reportedCall({ ...request.body, reference })
    return one(platform, reference, async () => {
      const guid = await knownAs(platform, reference, request.body.replaces)
      if (guid) return liveCalls.report(platform, guid, told)
      try {
        return await liveCalls.report(platform, newGuid(), told)
      } catch (error) {
        // Another node was told of it at the same moment.
        const meanwhile = await liveCalls.named(platform, reference)
        if (!meanwhile) throw error
        return liveCalls.report(platform, meanwhile, told)
      }
    })
  })

  app.post(`${referencedCallPath}/updated`, { schema }, (request) => {
    const { reference } = request.params
    const platform = platformOf(request)
    return one(platform, reference, async () => {
      const guid = await liveCalls.named(platform, reference)
      if (!guid) throw noSuchCall()
      return liveCalls.report(platform, guid, reportedCall({ ...request.body, reference }))
    })
  })

  const ended = { schema: { params: referencePath, body: endBody } }
  app.post(`${referencedCallPath}/ended`, ended, async (request, reply) => {
    const { reference } = request.params
    const platform = platformOf(request)
    await one(platform, reference, async () => {
      const guid = await liveCalls.named(platform, reference)
      if (guid) await liveCalls.end(platform, guid, request.body?.endedBy)
    })
    return reply.code(204).send()
  })
}
