import { Problem } from '../../../base/problem.ts'
import { holdsCardNumber } from '../../../base/redaction/find-card-number.ts'
import { numberAsWritten } from '../../../base/text/json-numbers.ts'
import { hasControlCharacters, hasLineBreaks } from '../../../base/text/line-breaks.ts'

/** What a client asks to launch (contract/provider §2). */
export interface LaunchRequest {
  readonly flowId: number
  /** Under the client's own spelling; numbers as they were written. */
  readonly initialValues: InitialValues
  /** JSON numbers among them by their value, however they were written: `1.10` is 1.1. */
  readonly numbers: InitialValues
}

type InitialValues = Readonly<Record<string, string | null>>

const maxMembers = 200
const maxCharacters = 4000

/**
 * Reads `{"FlowId": 695, "InitialValues": {…}}`. Names are matched without regard to case, `FlowId` is a number or a
 * text, the values are texts (numbers and truth values are taken for theirs), which may have tabs and line breaks; other
 * members are ignored.
 *
 * @throws {Problem} `invalid-request` with a text that names the member; `card-data-refused`.
 */
export function readLaunchRequest(body: unknown): LaunchRequest {
  if (!isObject(body)) throw new Problem('invalid-request', 'The request body must be a JSON object.')
  return {
    flowId: readFlowId(member(body, 'FlowId')),
    ...readInitialValues(member(body, 'InitialValues')),
  }
}

/**
 * The member of this name, in whatever case it is written.
 *
 * @throws {Problem} `invalid-request` when it is there in two spellings.
 */
export function member(of: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = Object.entries(of).filter(([spelling]) => spelling.toLowerCase() === name.toLowerCase())
  if (found.length > 1) throw new Problem('invalid-request', `${name} was sent twice, in two spellings.`)
  return found[0]?.[1]
}

function readFlowId(value: unknown): number {
  if (value === undefined) throw new Problem('invalid-request', 'FlowId is missing.')
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
  if (/^\d{1,10}(?:\.0+)?$/.test(text)) return Number(text)
  throw new Problem('invalid-request', 'FlowId must be a number.')
}

function readInitialValues(value: unknown): Pick<LaunchRequest, 'initialValues' | 'numbers'> {
  if (value === undefined || value === null) return { initialValues: {}, numbers: {} }
  if (!isObject(value)) throw new Problem('invalid-request', 'InitialValues must be an object of strings.')
  const entries = Object.entries(value)
  if (entries.length > maxMembers) {
    throw new Problem('invalid-request', `InitialValues has more than ${maxMembers} members.`)
  }
  const initialValues: Record<string, string | null> = {}
  const numbers: Record<string, string> = {}
  for (const [name, each] of entries) {
    refuseWrongName(name)
    if (typeof each === 'number') {
      numbers[name] = String(each)
      refuseCardNumber(name, String(each))
    }
    initialValues[name] = readValue(
      name,
      typeof each === 'number' ? numberAsWritten(value, name, each) : each,
    )
  }
  return { initialValues, numbers }
}

function refuseWrongName(name: string): void {
  if (
    name.length > 100 ||
    hasControlCharacters(name) ||
    hasLineBreaks(name) ||
    holdsCardNumber(name) ||
    !name.isWellFormed()
  ) {
    throw new Problem('invalid-request', 'A member of InitialValues has an invalid name.')
  }
}

function refuseCardNumber(name: string, text: string): void {
  if (!holdsCardNumber(text)) return
  throw new Problem(
    'card-data-refused',
    `InitialValues.${name} contains a card number, which is not allowed.`,
  )
}

function readValue(name: string, value: unknown): string | null {
  if (value === null) return null
  const path = `InitialValues.${name}`
  if (typeof value === 'object') {
    throw new Problem('invalid-request', `${path} is nested. Send strings only.`)
  }
  const text = String(value)
  refuseCardNumber(name, text)
  if (text.length > maxCharacters) throw new Problem('invalid-request', `${path} is too long.`)
  if (hasControlCharacters(text)) throw new Problem('invalid-request', `${path} contains control characters.`)
  if (!text.isWellFormed()) throw new Problem('invalid-request', `${path} is not well-formed Unicode.`)
  return text
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
