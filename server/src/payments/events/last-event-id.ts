import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../../base/problem.ts'

const maxDigits = 9

/**
 * The place of the last event that a reader has had, as its `Last-Event-ID` says; 0 where it has had none.
 *
 * @throws {Problem} `invalid-request` for what no event of ours is called.
 */
export function lastEventIdIn({ 'last-event-id': text }: IncomingHttpHeaders): number | undefined {
  if (text === undefined || text === '') return undefined
  if (typeof text === 'string' && text.length <= maxDigits && /^\d+$/.test(text)) return Number(text)
  throw new Problem(
    'invalid-request',
    'The request is not valid: Last-Event-ID must be the id of an event.',
    {
      errors: [{ path: '/last-event-id', message: 'must be the id of an event' }],
    },
  )
}
