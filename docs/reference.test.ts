import { test } from 'node:test'
import { declineReasons, type Outcome, outcomes, type SessionResult } from '@tonegate/protocol/outcome'
import { referenceNames } from '../server/src/payments/requests/read-order.ts'
import {
  maxAgentIdCharacters,
  maxMembers,
  maxNameCharacters,
  maxValueCharacters,
} from '../server/src/payments/requests/schemas.ts'
import { adyenKeys } from '../server/src/payments/results/adyen-result.ts'
import { cybersourceKeys } from '../server/src/payments/results/cybersource-result.ts'
import { orbitalKeys } from '../server/src/payments/results/orbital-result.ts'
import { stripeKeys } from '../server/src/payments/results/stripe-result.ts'
import {
  idempotencyMilliseconds,
  resultMilliseconds,
  sessionRetentionMilliseconds,
} from '../server/src/payments/retention.ts'
import { type SessionState, sessionStates, stateAfter } from '../server/src/payments/session-state.ts'
import { adyenReasons } from '../server/src/vault/gateways/adyen/adyen-decline-reasons.ts'
import { customerNames } from '../server/src/vault/gateways/customer-of.ts'
import { cybersourceReasons } from '../server/src/vault/gateways/cybersource/cybersource-reasons.ts'
import { sandboxCards } from '../server/src/vault/gateways/sandbox-cards.ts'
import { stripeReasons } from '../server/src/vault/gateways/stripe/stripe-decline-reasons.ts'
import { linkAddressNames } from '../server/src/vault/links/link-address.ts'
import { holdTable, type Row } from './test-tables.ts'

const page = new URL('reference.md', import.meta.url)

const code = (text: string): string => `\`${text}\``
const codes = (texts: readonly (string | number)[]): string =>
  texts.map((text) => code(String(text))).join(', ')

const stateMeanings: Readonly<Record<SessionState, string>> = {
  Created: 'open; nobody has opened a page or pressed a key',
  InProgress: 'open; a page was opened or a key pressed',
  Finished: 'the flow ran to its end: approved, declined or in review',
  Error: 'it could not be carried out, or its outcome is not known',
  TimeOut: 'nothing happened in it for too long',
  ExpiredOnProviderSide: 'its lifetime was over',
  Cancelled: 'the agent, a program or the customer cancelled it',
}

test('session states', () => {
  const endsIn = (state: SessionState): string =>
    codes(Object.entries(stateAfter).flatMap(([end, after]) => (after === state ? [end] : [])))
  const rows = sessionStates.map((state) => [code(state), stateMeanings[state], endsIn(state)])
  holdTable(page, 'session states', [['state', 'meaning', 'how the card entry ended'], ...rows])
})

const outcomeMeanings: Readonly<Record<Outcome, Row>> = {
  approved: ['the payment was approved', 'charged, or held until it is captured'],
  declined: ['the bank or the gateway declined it', 'nothing was charged'],
  review: ['the merchant has to review it', 'held or charged: do not pay again'],
  cancelled: [
    'it was cancelled, or voided or refunded afterwards',
    'nothing was charged, or it was refunded',
  ],
  failed: ['it could not be carried out', 'nothing was charged'],
  unknown: ['the gateway has not said', 'may have been charged: do not pay again; the outcome comes later'],
}

test('outcomes', () => {
  const rows = outcomes.map((outcome) => [code(outcome), ...outcomeMeanings[outcome]])
  holdTable(page, 'outcomes', [['`paymentOutcome`', 'meaning', 'the money'], ...rows])
})

test('decline reasons', () => {
  const rows = declineReasons.map((declineReason): Row => {
    const result = { outcome: 'declined', charge: { declineReason } } as SessionResult
    const paid = { result, order: undefined, paymentData: {} }
    const [cybersource, orbital, stripe, adyen] = [cybersourceKeys, orbitalKeys, stripeKeys, adyenKeys].map(
      (keys) => keys(paid),
    )
    const card = sandboxCards.find((each) => 'declineReason' in each && each.declineReason === declineReason)
    return [
      code(declineReason),
      codes([cybersource?.reasonCode ?? '']),
      codes([orbital?.RespCode ?? '', orbital?.HostRespCode ?? '']),
      codes([stripe?.code ?? '', stripe?.decline_code ?? '']),
      `${adyen?.refusalReason}, ${code(adyen?.refusalReasonCode ?? '')}`,
      card ? code(card.pan) : '',
    ]
  })
  holdTable(page, 'decline reasons', [
    ['reason', 'CyberSource', 'Orbital', 'Stripe', 'Adyen', 'sandbox card'],
    ...rows,
  ])
})

test('the reason codes of CyberSource', () => {
  const rows = cybersourceReasons.map(([reason, number, meaning]) => [
    code(reason),
    number ? code(number) : '',
    code(meaning),
  ])
  holdTable(page, 'CyberSource', [['reason', 'reason code', 'is'], ...rows])
})

test('the decline codes of Stripe, the refusal reason codes of Adyen', () => {
  const rows = (reasons: Readonly<Record<string, readonly (string | number)[]>>) =>
    Object.entries(reasons).map(([reason, all]) => [code(reason), codes(all)])
  holdTable(page, 'Stripe', [['is', 'decline codes and error codes'], ...rows(stripeReasons)])
  holdTable(page, 'Adyen', [['is', 'refusal reason codes'], ...rows(adyenReasons)])
})

test('members of paymentData that are read', () => {
  const meanings: Readonly<Record<keyof typeof customerNames, string>> = {
    firstName: 'first name',
    lastName: 'last name',
    email: 'email address',
    phone: 'phone number',
    street: 'street and number',
    city: 'city',
    postalCode: 'postcode',
    state: 'state, county or region',
    country: 'country, two letters of ISO 3166-1',
  }
  const rows = Object.entries(customerNames).map(([member, all]) => [
    codes(all),
    meanings[member as keyof typeof meanings],
  ])
  holdTable(page, 'paymentData', [
    ['names', 'holds'],
    [code('amount'), 'what is to be paid, in [major units](payment-data.md#amounts)'],
    [code('currency'), 'a code of ISO 4217; without it the configuration’s'],
    [codes(referenceNames), 'the merchant’s reference, shown to agent and customer'],
    ...rows,
    [codes(linkAddressNames.sms), 'phone number that a link is sent to'],
    [codes(linkAddressNames.email), 'email address that a link is sent to'],
  ])
})

test('limits', () => {
  const minutes = (milliseconds: number) => milliseconds / 60_000
  const days = (milliseconds: number) => minutes(milliseconds) / (24 * 60)
  holdTable(page, 'limits', [
    ['what', 'limit'],
    ['body of a request', '64 KiB; a form 16 KiB'],
    [
      'members of `paymentData`',
      `${maxMembers}, each name up to ${maxNameCharacters} and each text up to ${maxValueCharacters.toLocaleString('en')} characters`,
    ],
    ['`agentId`', `${maxAgentIdCharacters} characters`],
    [
      '`paymentResultData`',
      `there for ${minutes(resultMilliseconds)} minutes, or after its webhook was delivered`,
    ],
    [
      'session, with its state and times',
      `there for ${days(sessionRetentionMilliseconds)} days after its end`,
    ],
    ['answer to an `Idempotency-Key`', `kept for ${days(idempotencyMilliseconds)} day`],
    [
      'messages with links',
      '10 for a session; [by address, account and day](operations.md#how-many-messages)',
    ],
    [
      'requests',
      '[by client and person](operations.md#starting): `TONEGATE_API_RATE`, `TONEGATE_TOKEN_RATE`',
    ],
    ['lifetimes of sessions, attempts, waits', '[account configuration](configuration.md)'],
  ])
})
