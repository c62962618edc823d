import type { Language } from '@tonegate/protocol/languages'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import type { Clock } from '../../base/clock.ts'
import { formatAmount } from '../../base/money/format-amount.ts'
import { addressIn, maskedAddress } from '../links/link-address.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { renewInSeconds, type ViewTokens, viewPathOf } from './view-access.ts'
import type { ViewOpening } from './view-openings.ts'

export interface ShownView {
  /** The origin of the page that the view is in; empty where it is not known. */
  readonly host: string
  readonly opening: ViewOpening
  readonly language: Language
  readonly callerNumber: string | undefined
}

/**
 * Makes what the script of an agent's page begins with; each has an access token of its own.
 *
 * @param channels those that links can be sent by.
 */
export function createViewPageData({
  viewTokens,
  channels,
  clock,
}: {
  readonly viewTokens: ViewTokens
  readonly channels: readonly LinkChannel[]
  readonly clock: Clock
}): (session: OpenSession, shown: ShownView) => ViewPageData {
  return (session, { host, opening: { refreshToken }, language, callerNumber }) => {
    const { entry, flow, order, initialValues, returnUrl } = session.launch
    return {
      path: viewPathOf(session),
      session: session.guid,
      language,
      tokens: {
        accessToken: viewTokens.issue(session.guid),
        ...(refreshToken !== undefined && { refreshToken }),
        renewInSeconds,
      },
      state: session.view(),
      callerNumber: callerNumber ?? null,
      amount: formatAmount(order, language),
      entry,
      confirmByKeypad: flow.confirmByKeypad,
      channels: channels.map((channel) => {
        const address = addressIn(initialValues, channel)
        return { channel, to: address === undefined ? null : maskedAddress(channel, address) }
      }),
      agentWords: flow.texts.agentWords?.[language] ?? {},
      now: clock.now(),
      host: {
        frameAncestors: flow.frameAncestors,
        stateMessages: flow.stateMessages,
        origin: host || null,
      },
      returnUrl: returnUrl ?? null,
    }
  }
}
