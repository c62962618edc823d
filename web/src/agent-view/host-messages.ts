import type { Outcome } from '@tonegate/protocol/outcome'
import { transactionResults } from '@tonegate/protocol/transaction-results'
import type { HostPage, ViewPageData } from '@tonegate/protocol/view-page-data'
import type { ViewState } from '@tonegate/protocol/view-state'

/** On every change of the session, to pages that the flow says want it. */
export interface StateMessage {
  readonly type: 'tonegate:state'
  /** The `providerSessionGuid` of the Payment API. */
  readonly session: string
  readonly state: ViewState
}

/** Once, at the end, as the provider's own pages send it (contract/provider §3). What is not known is left out. */
export interface ResultMessage {
  readonly VariableData: Readonly<Record<string, { readonly Value: string }>>
}

/** The windows around the view, as the browser tells of them. */
export interface Surroundings {
  /** The framing page's window, or the opener's of a pop-up; `null` when there is neither. */
  readonly host: Pick<Window, 'postMessage'> | null
  /** The framing page's origin, where the browser tells it. */
  readonly ancestor: string | undefined
  readonly referrer: string
}

/** Tells the page around the view what becomes of the session. Only an origin that may frame the view is told. */
export function createHostMessages({
  data: { session, host },
  surroundings,
}: {
  readonly data: Pick<ViewPageData, 'session' | 'host'>
  readonly surroundings: Surroundings
}): (state: ViewState) => void {
  const target = hostOrigin(surroundings, host)
  let ended = false
  return (state) => {
    if (target === undefined || ended) return
    const post = (message: StateMessage | ResultMessage) => surroundings.host?.postMessage(message, target)
    if (isOf(target, host.stateMessages)) post({ type: 'tonegate:state', session, state })
    if (!state.result) return
    ended = true
    post({ VariableData: variableData(state, state.result.outcome) })
  }
}

/** The first origin that the page around the view seems to have and that may frame it; `undefined` for none. */
export function hostOrigin(
  { ancestor, referrer }: Pick<Surroundings, 'ancestor' | 'referrer'>,
  { frameAncestors, origin }: Pick<HostPage, 'frameAncestors' | 'origin'>,
): string | undefined {
  const seeming = [ancestor, readUrl(referrer)?.origin, origin ?? undefined]
  return seeming.find((each) => each !== undefined && isOf(each, frameAncestors))
}

const isOf = (origin: string, sources: readonly string[]): boolean =>
  sources.some((source) => isAllowed(origin, source))

/** Whether a source of a Content-Security-Policy names an origin: exactly, or by `*.` for hosts or `:*` for ports. */
function isAllowed(origin: string, source: string): boolean {
  const url = readUrl(origin)
  if (url?.origin !== origin) return false
  const parts = /^(https?:)\/\/(\*\.)?([^:/]+)(?::(\d+|\*))?$/.exec(source.toLowerCase())
  if (!parts) return false
  const [, scheme, anyHost, host = '', port = ''] = parts
  const defaultPort = scheme === 'https:' ? '443' : '80'
  const isHost = anyHost ? url.hostname.endsWith(`.${host}`) : url.hostname === host
  const isPort = port === '*' || (port || defaultPort) === (url.port || defaultPort)
  return url.protocol === scheme && isHost && isPort
}

/** As `URL.parse` does, which browsers embedded in older desktops do not have. */
function readUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

function variableData({ order, last4, brand, result }: ViewState, outcome: Outcome) {
  const own = Object.entries(result?.variables ?? {}).map(([name, value]) => [name, { Value: value }])
  if (own.length > 0) return Object.fromEntries(own)
  const values: Readonly<Record<string, string | null | undefined>> = {
    transactionResult: transactionResults[outcome],
    transactionAuthCode: result?.authorisationCode,
    cardLast4: last4,
    cardType: brand,
    orderAmount: String(order.amountMinor),
    orderCurrency: order.currency,
    orderReference: order.reference,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, { Value: value }]] : [])),
  )
}
