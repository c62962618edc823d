import { type Json, jsonIn, objectIn, objectOf, textIn } from '../../json-answer.ts'
import type { DoubleAnswer, DoubleRequest } from '../../test-double.ts'
import { createFlexDouble } from './test-flex.ts'
import { faultsOf } from './test-models.ts'

/** Cards whose bank asks, or says no without asking. */
export const authenticatedCards = {
  asks: '4000000000002503',
  refuses: '4000000000002701',
} as const

export type PayerAuthenticationDouble = ReturnType<typeof createPayerAuthenticationDouble>

interface Authentication {
  readonly card: string
  decision?: 'confirms' | 'refuses'
}

/**
 * The part of CyberSource that asks banks (Payer Authentication): setup, enrolment, validation; and the one that cards
 * are handed over to.
 */
export function createPayerAuthenticationDouble({
  now,
  record,
}: {
  readonly now: () => number
  /** Hears of what the search finds: under which code, which service it was, and what came of it. */
  readonly record: (code: string, application: string, reasonCode: string) => void
}) {
  const references = new Set<string>()
  const authentications = new Map<string, Authentication>()
  let made = 0

  function next(prefix: string): string {
    made += 1
    return `${prefix}${String(made).padStart(19, '0')}`
  }
  const { session, keep, cardOf } = createFlexDouble({ now, next })

  function setUp(body: Json): DoubleAnswer {
    const referenceId = next('reference-')
    if (!cardOf(body)) return invalid
    references.add(referenceId)
    return made201('COMPLETED', {
      referenceId,
      accessToken: 'collects',
      deviceDataCollectionUrl: 'https://bank.test',
    })
  }

  function enrol(body: Json): DoubleAnswer {
    const card = cardOf(body)
    const asked = objectIn(body, 'consumerAuthenticationInformation')
    if (!card || !references.has(textIn(asked, 'referenceId') ?? '')) return invalid
    if (card.number === authenticatedCards.refuses) return failed
    if (card.number !== authenticatedCards.asks) return made201('AUTHENTICATION_SUCCESSFUL', frictionless)
    const authenticationTransactionId = next('authentication-')
    authentications.set(authenticationTransactionId, { card: card.number ?? '' })
    return made201('PENDING_AUTHENTICATION', {
      authenticationTransactionId,
      accessToken: 'a.step.up',
      veresEnrolled: 'Y',
      stepUpUrl: 'https://centinel.bank.test/V2/Cruise/StepUp',
    })
  }

  function validate(body: Json): DoubleAnswer {
    const asked = objectIn(body, 'consumerAuthenticationInformation')
    const found = authentications.get(textIn(asked, 'authenticationTransactionId') ?? '')
    if (!found || !cardOf(body)) return invalid
    return found.decision === 'confirms' ? made201('AUTHENTICATION_SUCCESSFUL', challenged) : failed
  }

  return {
    answer(request: DoubleRequest): DoubleAnswer {
      if (request.path === '/flex/v2/sessions') return session(request)
      if (request.path === '/flex/v2/tokens') return keep(request)
      const body = jsonIn(request.body) ?? {}
      const [model, serve] = {
        '/risk/v1/authentication-setups': ['setup', setUp] as const,
        '/risk/v1/authentications': ['enrol', enrol] as const,
        '/risk/v1/authentication-results': ['validate', validate] as const,
      }[request.path] ?? [undefined, undefined]
      if (!model || faultsOf(model, body).length > 0) return invalid
      const code = textIn(objectIn(body, 'clientReferenceInformation'), 'code') ?? ''
      const answer = serve(body)
      const reason = reasonCodes[textIn(objectOf(answer.body), 'status') ?? '']
      if (model !== 'setup' && reason)
        record(code, model === 'enrol' ? 'ics_pa_enroll' : 'ics_pa_validate', reason)
      return answer
    },
    cardOf,
    /** The customer who was asked last decides, and comes back with this. */
    decide(decision: 'confirms' | 'refuses'): Readonly<Record<string, string>> {
      const [id, authentication] = [...authentications].at(-1) ?? []
      if (!id || !authentication) throw new Error('Nobody has been asked.')
      authentication.decision = decision
      return { TransactionId: id }
    },
  }
}

const reasonCodes: Readonly<Record<string, string>> = {
  AUTHENTICATION_SUCCESSFUL: '100',
  PENDING_AUTHENTICATION: '475',
  AUTHENTICATION_FAILED: '476',
}

const frictionless = {
  ecommerceIndicator: 'vbv',
  eciRaw: '05',
  cavv: 'AAABAWFlmQAAAABjRWWZEEFgFz8=',
  paresStatus: 'Y',
}
/** All that a payment may be told of its authentication. */
export const challenged = {
  ...frictionless,
  specificationVersion: '2.2.0',
  directoryServerTransactionId: 'ds-1',
  veresEnrolled: 'Y',
  xid: 'AAABAWFlmQAAAABjRWWZEEFgFz8=',
  cavvAlgorithm: '2',
  ucafAuthenticationData: 'jJ81HADVRtXfCBATEp01CJUAAAA=',
  ucafCollectionIndicator: '2',
  effectiveAuthenticationType: 'CH',
}

const made201 = (status: string, consumerAuthenticationInformation: object): DoubleAnswer => ({
  status: 201,
  body: { id: '7900000000000000000001', status, consumerAuthenticationInformation },
})

const failed: DoubleAnswer = {
  status: 201,
  body: {
    id: '7900000000000000000002',
    status: 'AUTHENTICATION_FAILED',
    errorInformation: { reason: 'CONSUMER_AUTHENTICATION_FAILED', message: 'No.' },
  },
}

const invalid: DoubleAnswer = { status: 400, body: { status: 'INVALID_REQUEST', reason: 'INVALID_DATA' } }
