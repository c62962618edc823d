import { Compile } from 'typebox/compile'
import { Check } from 'typebox/value'
import { textIn, truthIn, wholeNumberIn } from '../base/one-reading.ts'
import type { WrongMember } from '../base/problem.ts'
import { createMembersByName } from './members-by-name.ts'
import {
  type CreateSessionBody,
  createSessionBody,
  mostMembers,
  mostNameCharacters,
  paymentDataValue,
} from './schemas.ts'
import { faultIn, invalidMembers, refusal } from './wrong-members.ts'

/** What a POST asks for, once it is known to be well formed. */
export interface CreateRequest {
  /** As the body has it; `undefined` when it has none. */
  readonly agentId: string | undefined
  readonly paymentData: PaymentData
  readonly configurationId: number
  readonly callTransfer: 'move' | 'skip'
}

/** Names and values as they were sent; numbers and booleans as their text. */
export type PaymentData = Readonly<Record<string, string | null>>

const check = Compile(createSessionBody)

/**
 * Reads the body of a POST (contract/payment-api §2). Member names are matched without regard to case, and
 * unknown members are ignored. A null or empty optional member counts as absent, and one of another type is read where it
 * has one reading: `"2"`, `"true"`, a number for `agentId`.
 *
 * @throws {Problem} `invalid-request` with each wrong member by its path; `card-data-refused`, which names the
 *   paths and nothing of the number.
 */
export function readCreateRequest(body: unknown): CreateRequest {
  const members = inTheirTypes(membersByName(body))
  if (!check.Check(members)) throw invalidMembers(wrongMembers(members))
  const { agentId, accountConfigurationId, skipCallTransfer } = members
  const faults: WrongMember[] = []
  const look = (path: string, text: string) => {
    const message = faultIn(text)
    if (message) faults.push({ path, message })
  }
  if (agentId) look('/agentId', agentId)
  if (accountConfigurationId) look('/accountConfigurationId', String(accountConfigurationId))
  const paymentData = readPaymentData(members.paymentData, faults)
  if (faults.length > 0) throw refusal(faults)
  return {
    agentId: agentId || undefined,
    paymentData,
    configurationId: (accountConfigurationId ?? 0) + 0,
    callTransfer: skipCallTransfer ? 'skip' : 'move',
  }
}

const names = ['agentId', 'paymentData', 'accountConfigurationId', 'skipCallTransfer'] as const

type Name = (typeof names)[number]

const membersByName = createMembersByName(names)

function inTheirTypes(sent: Partial<Record<Name, unknown>>): Partial<Record<Name, unknown>> {
  const { agentId, accountConfigurationId, skipCallTransfer } = sent
  return {
    ...sent,
    ...('agentId' in sent && { agentId: textIn(agentId) }),
    ...('accountConfigurationId' in sent && {
      accountConfigurationId: wholeNumberIn(accountConfigurationId),
    }),
    ...('skipCallTransfer' in sent && { skipCallTransfer: truthIn(skipCallTransfer) }),
  }
}

function readPaymentData(sent: CreateSessionBody['paymentData'], faults: WrongMember[]): PaymentData {
  const paymentData: Record<string, string | null> = {}
  for (const name in sent) {
    const value = sent[name] ?? null
    const wrongName = faultIn(name)
    if (wrongName) faults.push({ path: '/paymentData', message: wrongName })
    const wrongValue = value === null || typeof value === 'boolean' ? undefined : faultIn(value)
    if (wrongValue) faults.push({ path: pathOf(name), message: wrongValue })
    paymentData[name] = value === null ? null : String(value)
  }
  return paymentData
}

/** A JSON Pointer (RFC 6901) to a member whose name is fit to be sent back; else to `paymentData`. */
function pathOf(name: string): string {
  if ([...name].length > mostNameCharacters || faultIn(name)) return '/paymentData'
  return `/paymentData/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Says in words what the check found; only for bodies that failed it. */
function wrongMembers(members: Partial<Record<Name, unknown>>): readonly WrongMember[] {
  const { agentId, paymentData, accountConfigurationId, skipCallTransfer } = members
  const properties = createSessionBody.properties
  const wrong: WrongMember[] = []
  const report = (path: string, message: string) => wrong.push({ path, message })
  if (!Check(properties.agentId, agentId ?? null))
    report('/agentId', 'must be a text of at most 255 characters')
  if (!Check(properties.accountConfigurationId, accountConfigurationId ?? null)) {
    report('/accountConfigurationId', 'must be a whole number, 0 or more')
  }
  if (!Check(properties.skipCallTransfer, skipCallTransfer ?? null)) {
    report('/skipCallTransfer', 'must be true or false')
  }
  if (paymentData === undefined || paymentData === null) report('/paymentData', 'is missing')
  else if (typeof paymentData !== 'object' || Array.isArray(paymentData)) {
    report('/paymentData', 'must be an object')
  } else wrong.push(...wrongPaymentData(paymentData))
  return wrong
}

function wrongPaymentData(paymentData: object): readonly WrongMember[] {
  const all = Object.entries(paymentData)
  if (all.length > mostMembers)
    return [{ path: '/paymentData', message: `has more than ${mostMembers} members` }]
  return all.flatMap(([name, value]) => {
    const path = pathOf(name)
    if ([...name].length > mostNameCharacters) {
      return { path, message: `has a name of more than ${mostNameCharacters} characters` }
    }
    if (Check(paymentDataValue, value)) return []
    return { path, message: 'must be a text of at most 1,024 characters, a number, true, false or null' }
  })
}
