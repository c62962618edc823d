import { Compile } from 'typebox/compile'
import { Check } from 'typebox/value'
import type { WrongMember } from '../../base/problem.ts'
import { numberAsWritten } from '../../base/text/json-numbers.ts'
import { textIn, truthIn, wholeNumberIn } from '../../http/bodies/one-reading.ts'
import { createMembersByName } from './members-by-name.ts'
import {
  type CreateSessionBody,
  createSessionBody,
  maxMembers,
  maxNameCharacters,
  maxValueCharacters,
  paymentDataValue,
} from './schemas.ts'
import { faultIn, faultInName, invalidMembers, refusal } from './wrong-members.ts'

/** What a POST asks for, once it is known to be well formed. */
export interface CreateRequest {
  /** As the body has it; `undefined` when it has none. */
  readonly agentId: string | undefined
  readonly paymentData: PaymentData
  /** JSON numbers of `paymentData` by their value, however they were written: `1.10` is 1.1. */
  readonly numbers: PaymentData
  readonly configurationId: number
  readonly callTransfer: 'move' | 'skip'
}

/** Names and values as they were sent; numbers and booleans as their text: `1.10` is `1.10`. */
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
    const message = faultInName(text)
    if (message) faults.push({ path, message })
  }
  if (agentId) look('/agentId', agentId)
  if (accountConfigurationId) look('/accountConfigurationId', String(accountConfigurationId))
  const read = readPaymentData(members.paymentData, faults)
  if (faults.length > 0) throw refusal(faults)
  return {
    agentId: agentId || undefined,
    ...read,
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

function readPaymentData(
  sent: CreateSessionBody['paymentData'],
  faults: WrongMember[],
): Pick<CreateRequest, 'paymentData' | 'numbers'> {
  const paymentData: Record<string, string | null> = {}
  const numbers: Record<string, string> = {}
  for (const name in sent) {
    const value = sent[name] ?? null
    const wrongName = faultInName(name)
    if (wrongName) faults.push({ path: '/paymentData', message: wrongName })
    const text = typeof value === 'number' ? numberAsWritten(sent, name, value) : String(value)
    if (typeof value === 'number') numbers[name] = String(value)
    const wrongValue = value === null ? undefined : (faultIn(text) ?? faultInNumber(text, value))
    if (wrongValue) faults.push({ path: pathOf(name), message: wrongValue })
    paymentData[name] = value === null ? null : text
  }
  return { paymentData, numbers }
}

/** A card number may be in how a number is written, and in what it comes to: `4.111…e15`. */
function faultInNumber(written: string, value: string | number | boolean): string | undefined {
  if (typeof value !== 'number') return undefined
  return written.length > maxValueCharacters ? wrongValueText : faultIn(String(value))
}

const wrongValueText = 'must be a string of at most 1,024 characters, a number, true, false or null'

/** A JSON Pointer (RFC 6901) to a member whose name is fit to be sent back; else to `paymentData`. */
function pathOf(name: string): string {
  if ([...name].length > maxNameCharacters || faultInName(name)) return '/paymentData'
  return `/paymentData/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Says in words what the check found; only for bodies that failed it. */
function wrongMembers(members: Partial<Record<Name, unknown>>): readonly WrongMember[] {
  const { agentId, paymentData, accountConfigurationId, skipCallTransfer } = members
  const properties = createSessionBody.properties
  const wrong: WrongMember[] = []
  const report = (path: string, message: string) => wrong.push({ path, message })
  if (!Check(properties.agentId, agentId ?? null))
    report('/agentId', 'must be a string of at most 255 characters')
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
  if (all.length > maxMembers)
    return [{ path: '/paymentData', message: `has more than ${maxMembers} members` }]
  return all.flatMap(([name, value]) => {
    const path = pathOf(name)
    if ([...name].length > maxNameCharacters) {
      return { path, message: `has a name of more than ${maxNameCharacters} characters` }
    }
    if (Check(paymentDataValue, value)) return []
    return { path, message: wrongValueText }
  })
}
