import { Check } from 'typebox/value'
import type { WrongMember } from '../../base/problem.ts'
import { createMembersByName } from './members-by-name.ts'
import { type ResendLinkBody, resendLinkBody } from './schemas.ts'
import { faultInName, refusal } from './wrong-members.ts'

/** How a link is to be sent again; without a member as it went last, or as the session's data allow. */
export interface ResendRequest {
  readonly channel?: 'sms' | 'email'
  readonly to?: string
  readonly unlessSent?: true
}

const membersByName = createMembersByName(['channel', 'to', 'unlessSent'])

/**
 * Reads the body of a resend (contract/payment-api §1); there need be none. A null or empty member counts as absent.
 * An address without a channel tells its channel by its `@`.
 *
 * @throws {Problem} `invalid-request` with each wrong member by its path; `card-data-refused`, which holds nothing of
 *   the number.
 */
export function readResendRequest(body: unknown): ResendRequest {
  if (body === undefined) return {}
  const members = membersByName(body)
  const faults = wrongMembers(members)
  if (faults.length > 0) throw refusal(faults)
  const { channel, to, unlessSent } = members as ResendLinkBody
  const once = unlessSent ? ({ unlessSent } as const) : {}
  if (!to) return { ...(channel && { channel }), ...once }
  return { channel: channel ?? (/[@＠]/.test(to) ? 'email' : 'sms'), to, ...once }
}

function wrongMembers({ channel, to, unlessSent }: ReturnType<typeof membersByName>): readonly WrongMember[] {
  const faults: WrongMember[] = []
  const { properties } = resendLinkBody
  if (!Check(properties.channel, channel ?? null)) {
    faults.push({ path: '/channel', message: 'must be sms or email' })
  }
  if (!Check(properties.unlessSent, unlessSent ?? null))
    faults.push({ path: '/unlessSent', message: 'must be true or false' })
  const faultInText =
    typeof to === 'string' || typeof to === 'number' ? faultInName(String(to).trim()) : undefined
  if (faultInText) faults.push({ path: '/to', message: faultInText })
  else if (!Check(properties.to, to ?? null)) {
    faults.push({ path: '/to', message: 'must be a string of at most 320 characters' })
  }
  return faults
}
