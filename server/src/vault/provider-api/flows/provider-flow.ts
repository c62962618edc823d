import type { EntryMode } from '@tonegate/protocol/view-state'
import type { Flow } from '../../model/launch.ts'

/** How amounts are written: `1240` or `12.40`. */
export type Amounts = 'minor' | 'major'

/** Names of the members of `InitialValues` that hold what is to be paid, or what it always is. */
export interface OrderMembers {
  readonly amounts: Amounts
  readonly amount: FromMember | Fixed
  readonly currency: FromMember | Fixed
  readonly reference?: FromMember | Fixed
  /** Where a session pays for several things: the members of each, numbered by `{n}`. */
  readonly items?: ItemMembers
}

/** Names with `{n}` in the place of an item's number: `Amount_{n}`. */
export interface ItemMembers {
  readonly amount: FromMember
  readonly reference?: FromMember
}

export interface FromMember {
  readonly member: string
}

export interface Fixed {
  readonly fixed: string
}

/** Where something goes: always to one URL, or to one of these origins as the launch names it. */
export type Destination =
  | { readonly url: string }
  | { readonly member: string; readonly origins: readonly string[] }

/** A callback's text, or its members by name; each text is a template. */
export type CallbackTemplate = string | CallbackMembers

export interface CallbackMembers {
  readonly [name: string]: string | CallbackMembers
}

/** How a server is told what became of a session (contract/provider §4). */
export interface Callback {
  readonly to: Destination
  /** Whether a session has one, or one for each of its items. */
  readonly each: 'session' | 'item'
  readonly format: 'form' | 'json'
  readonly template: CallbackTemplate
  readonly amounts: Amounts
  /** Whether a server may be told that is reached at a private or loopback address. */
  readonly privateAddresses: 'refused' | 'allowed'
  /** Whether callbacks carry the headers of Standard Webhooks. */
  readonly signature: 'none' | 'standard-webhooks'
}

/** What a client's `FlowId` names. */
export interface ProviderFlow {
  readonly id: number
  readonly name: string
  readonly entry: EntryMode
  readonly lifetimeSeconds: number
  readonly flow: Omit<Flow, 'lifetimeSeconds'>
  readonly initialValues: OrderMembers
  readonly callback?: Callback
  /** Where the agent's page goes when the session has ended. */
  readonly returnTo?: Destination
}

/** The members that the public clients of this contract know. */
export const defaultTemplate: CallbackMembers = {
  orderReference: '{{orderReference}}',
  orderAmount: '{{orderAmount}}',
  orderCurrency: '{{orderCurrency}}',
  transactionResult: '{{transactionResult}}',
  transactionID: '{{transactionID}}',
  transactionAuthCode: '{{transactionAuthCode}}',
  transactionResponseMsg: '{{transactionResponseMsg}}',
  cardLast4: '{{cardLast4}}',
  cardType: '{{cardType}}',
  cardExpiry: '{{cardExpiry}}',
  ppAccountID: '{{ppAccountID}}',
  ppCallID: '{{ppCallID}}',
}
