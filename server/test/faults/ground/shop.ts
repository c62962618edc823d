import type { SandboxRegion } from '../../../src/sandbox/sandbox-file.ts'
import type { TestNode } from '../../harness/test-nodes.ts'
import { configurationId } from './prepare-account.ts'
import { type Answered, createRequests, type Requests } from './requests.ts'

/** A card that nothing else here looks like: none of its digits may be in a log. */
export const card = { number: '5200828282828210', expiry: '12/39', securityCode: '737' }

/** A session whose opening was answered, and what its customer and its agent have been told since. */
export interface Sold {
  readonly kind: 'keypad' | 'link'
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly iframeUrl: string
  readonly agentAccessToken: string
  readonly paymentFormUrl: string
  readonly reference: string
  readonly callGuid?: string
  /** The customer has read that the payment was approved. */
  approved: boolean
  /** The program has been told that it was cancelled. */
  cancelled: boolean
}

/** What merchants, customers and phone systems do, at whichever node. */
export interface Shop extends Requests {
  readonly sold: readonly Sold[]
  openLink(node: TestNode, more?: Readonly<Record<string, string>>): Promise<Sold | undefined>
  /** On a call of its own, which is told of first. */
  openKeypad(node: TestNode): Promise<Sold | undefined>
  /** Sends the card by the payment page. */
  pay(node: TestNode, sold: Sold): Promise<Answered>
  press(node: TestNode, sold: Sold, keys: string): Promise<Answered>
  cancel(node: TestNode, sold: Pick<Sold, 'sessionGuid' | 'cancelled'>): Promise<Answered>
  look(node: TestNode, sold: Sold): Promise<Session | undefined>
}

export interface Session {
  readonly sessionState: string
  readonly providerSessionGuid: string
  readonly paymentResultData?: Readonly<Record<string, string>>
}

/** All but the last key: with `1` it is paid. */
export const wholeCard = `${card.number}#1239#${card.securityCode}#`

/** Each call has an agent of its own, whose name has no digit. */
const agentOf = (callGuid: string): string =>
  `agent-${callGuid.replaceAll(/[0-9-]/g, (each) => 'ghijklmnop'[Number(each)] ?? '')}`

export function createShop({
  region,
  newCall,
  platformKey,
}: {
  readonly region: SandboxRegion
  readonly newCall: () => string
  readonly platformKey: string
}): Shop {
  const sold: Sold[] = []
  const requests = createRequests(region)
  const { ask, send } = requests
  let opened = 0

  const onPlatform = (node: TestNode, method: string, path: string, body: object) =>
    send(node, `/calls/v1/calls/${path}`, {
      method,
      headers: { authorization: `Bearer ${platformKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  async function open(
    node: TestNode,
    kind: Sold['kind'],
    { headers = {}, callGuid }: { readonly headers?: object; readonly callGuid?: string } = {},
  ): Promise<Sold | undefined> {
    opened += 1
    const reference = `order-${opened}`
    const agentId = callGuid === undefined ? `agent${opened % 50}` : agentOf(callGuid)
    const paymentData = { Amount: '12.40', Currency: 'GBP', MerchantReferenceCode: reference }
    const answer = await ask(node, `/globalpci/v1/${kind === 'link' ? 'digitalsession' : 'session'}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ agentId, accountConfigurationId: configurationId, paymentData }),
    })
    if (answer.status !== 200) return undefined
    const session: Sold = {
      ...(JSON.parse(answer.text) as Sold),
      ...(callGuid !== undefined && { callGuid }),
      ...{ kind, reference, approved: false, cancelled: false },
    }
    sold.push(session)
    return session
  }

  return {
    ...requests,
    sold,
    openLink: (node, headers = {}) => open(node, 'link', { headers }),
    async openKeypad(node) {
      const callGuid = newCall()
      const { status } = await onPlatform(node, 'PUT', callGuid, { agentId: agentOf(callGuid) })
      return status === 200 ? open(node, 'keypad', { callGuid }) : undefined
    },
    async pay(node, session) {
      const { number: cardNumber, expiry, securityCode } = card
      const body = new URLSearchParams({ cardNumber, expiry, securityCode })
      const path = new URL(session.paymentFormUrl).pathname
      const answer = await send(node, path, { method: 'POST', body })
      if (answer.text.includes('message approved')) session.approved = true
      return answer
    },
    press: (node, { callGuid }, keys) => onPlatform(node, 'POST', `${callGuid}/keys`, { keys }),
    async cancel(node, session) {
      const path = `/globalpci/v1/session/${session.sessionGuid}/cancel`
      const answer = await ask(node, path, { method: 'POST' })
      const isCancelled = answer.status === 200 && JSON.parse(answer.text).sessionState === 'Cancelled'
      if (isCancelled) session.cancelled = true
      return answer
    },
    async look(node, { sessionGuid }) {
      const { status, text } = await ask(node, `/globalpci/v1/session/${sessionGuid}`)
      return status === 200 ? JSON.parse(text) : undefined
    },
  }
}
