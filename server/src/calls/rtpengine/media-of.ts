import { type Line, LineFault, type Media } from '../line-control.ts'
import type { Leg } from './ng/ng-command.ts'

/** Where the media of a line is. @throws {LineFault} when that was not reported. */
export function mediaOf({ media }: Line): Media['rtpengine'] {
  if (media) return media.rtpengine
  throw new LineFault(
    'The call was reported without its media, so rtpengine cannot be asked to block its keys.',
  )
}

/** The caller's side of a call. */
export const callerOf = ({ callId, fromTag }: Media['rtpengine']): Leg => ({
  'call-id': callId,
  'from-tag': fromTag,
})

/** Whether two are the same side of the same call. */
export const isSameLeg = (one: Leg, other: Leg): boolean =>
  one['call-id'] === other['call-id'] && one['from-tag'] === other['from-tag']
