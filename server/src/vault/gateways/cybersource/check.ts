import { X509Certificate } from 'node:crypto'
import { maskCardNumbers } from '../../../base/redaction/find-card-number.ts'
import type { CheckedPoint, Gateway } from '../../model/gateway.ts'
import { lookAt } from '../look-at.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'

/** Nothing has been called this, nor ever will be. */
const nothing = '00000000000000000000000000000000'

/**
 * Asks what shows without a payment whether payments will work: a search for nothing, a kept card that there is none of, a
 * key to hand a card over with.
 */
export const cybersourceCheck =
  (calls: CybersourceCalls): NonNullable<Gateway['check']> =>
  async (signal) => {
    const credentials = await safely('credentials', () => checkCredentials(calls, signal))
    if (credentials.state !== 'in-order') return [credentials, ...onlyPaymentsShow]
    return [
      credentials,
      ...onlyPaymentsShow,
      await safely('kept-cards', () => checkKeptCards(calls, signal)),
      await safely('three-d-secure', () => checkThreeDSecure(calls, signal)),
    ]
  }

const onlyPaymentsShow: readonly CheckedPoint[] = [
  {
    what: 'raw-cards',
    state: 'unknown',
    detail: 'CyberSource does not say in advance whether card numbers may be sent. Make one payment to see.',
  },
  {
    what: 'moto',
    state: 'unknown',
    detail: 'CyberSource does not say in advance whether phone payments (MOTO) are allowed. Make one to see.',
  },
]

async function checkCredentials(calls: CybersourceCalls, signal: AbortSignal): Promise<CheckedPoint> {
  const what = 'credentials'
  const { requestCertificate, authentication } = calls.settings
  if (requestCertificate !== undefined && hasExpired(requestCertificate, calls.now())) {
    return { what, state: 'wrong', detail: 'The certificate for encrypting requests has expired.' }
  }
  const body = { query: `clientReferenceInformation.code:${nothing}`, offset: 0, limit: 1, save: false }
  const answer = await calls.post({
    path: '/tss/v2/searches',
    body: Buffer.from(JSON.stringify(body)),
    idempotencyKey: undefined,
    signal,
  })
  if (answer.is === 'refused') {
    const said = maskCardNumbers(answer.said ?? answer.reason)
    return {
      what,
      state: 'wrong',
      detail: `CyberSource rejected the key, or does not let it search: ${said}.`,
    }
  }
  const retired = authentication === 'http-signature' ? ' HTTP Signature is retired: change to jwt.' : ''
  return { what, state: 'in-order', detail: `The key is accepted and may search transactions.${retired}` }
}

function hasExpired(pem: string, now: number): boolean {
  return new X509Certificate(pem).validToDate.getTime() < now
}

async function checkKeptCards(calls: CybersourceCalls, signal: AbortSignal): Promise<CheckedPoint> {
  const what = 'kept-cards'
  const { status } = await calls.look(`/tms/v2/customers/${nothing}`, signal)
  if (status === 401 || status === 403) {
    return { what, state: 'wrong', detail: 'The key may not use Token Management: cards cannot be kept.' }
  }
  return status === 404 || status === 410
    ? { what, state: 'in-order', detail: 'Token Management answers.' }
    : { what, state: 'unknown', detail: `Token Management answers with status ${status}.` }
}

async function checkThreeDSecure(calls: CybersourceCalls, signal: AbortSignal): Promise<CheckedPoint> {
  const what = 'three-d-secure'
  if (calls.settings.threeDSecure === 'off') {
    return { what, state: 'unknown', detail: '3-D Secure is off: banks that require it will decline.' }
  }
  const card = { number: {}, expirationMonth: {}, expirationYear: {} }
  const { status } = await calls.exchange({
    path: '/flex/v2/sessions',
    type: 'application/json;charset=utf-8',
    signal,
    body: Buffer.from(JSON.stringify({ fields: { paymentInformation: { card } } })),
  })
  return status === 200 || status === 201
    ? {
        what,
        state: 'unknown',
        detail: 'Cards can be handed over. Only a payment shows whether Payer Authentication works.',
      }
    : {
        what,
        state: 'wrong',
        detail: `The Flex API answers with status ${status}: cards cannot be handed over.`,
      }
}

/** What is neither an answer nor the lack of one lies in the settings. */
const safely = (what: CheckedPoint['what'], check: () => Promise<CheckedPoint>): Promise<CheckedPoint> =>
  lookAt(what, check).catch(() => ({
    what,
    state: 'wrong',
    detail: 'A certificate or a key of the settings cannot be read.',
  }))
