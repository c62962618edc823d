import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import type { BrowserAssets } from '../../http/browser-assets.ts'
import type { SetPageHeaders } from '../../http/page-headers.ts'
import type { VaultSessions } from '../model/vault-sessions.ts'
import { paymentPageErrorHandler } from './payment-page-answer.ts'
import { type FindByLink, PaymentPageLink } from './payment-page-link.ts'

/** With `?answer` the page waits for the end of a payment that is under way, for whoever has just paid. */
const PaymentQuery = Type.Object({ answer: Type.Optional(Type.Unknown()) })

export type PageRequest = FastifyRequest<{
  Params: PaymentPageLink
  Querystring: Readonly<Record<string, unknown>>
}>

/** What the payment page and its form are answered from. */
export interface PaymentPageParts {
  readonly sessions: VaultSessions
  readonly findByLink: FindByLink
  readonly setHeaders: SetPageHeaders
  readonly assets: BrowserAssets
  readonly clock: Clock
}

export const pageOptions = ({ setHeaders, assets }: Pick<PaymentPageParts, 'setHeaders' | 'assets'>) => ({
  schema: { params: PaymentPageLink, querystring: PaymentQuery },
  onRequest: setHeaders,
  errorHandler: paymentPageErrorHandler(assets),
})
