import { holdsCardNumber } from '../../base/find-card-number.ts'
import { Problem } from '../../base/problem.ts'

/** What a client asks to launch (contract/provider §2). */
export interface LaunchRequest {
  readonly flowId: number
  /** Under the client's own spelling. */
  readonly initialValues: Readonly<Record<string, string | null>>
}

const mostMembers = 200
const mostCharacters = 4000

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/**
 * Reads `{"FlowId": 695, "InitialValues": {…}}`. Names are matched without regard to case, `FlowId` is a number or a
 * text, the values are texts (numbers and truth values are taken for theirs); other members are ignored.
 *
 * @throws {Problem} `invalid-request` with a text that names the member; `card-data-refused`.
 */
export function readLaunchRequest(body: unknown): LaunchRequest {
  if (!isObject(body)) throw new Problem('invalid-request', 'The body is not a JSON object.')
  return {
    flowId: readFlowId(member(body, 'FlowId')),
    initialValues: readInitialValues(member(body, 'InitialValues')),
  }
}

/**
 * The member of this name, in whatever case it is written.
 *
 * @throws {Problem} `invalid-request` when it is there in two spellings.
 */
export function member(of: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = Object.entries(of).filter(([spelling]) => spelling.toLowerCase() === name.toLowerCase())
  if (found.length > 1) throw new Problem('invalid-request', `${name} is there in two spellings.`)
  return found[0]?.[1]
}

function readFlowId(value: unknown): number {
  if (value === undefined) throw new Problem('invalid-request', 'FlowId is missing.')
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : ''
  if (/^\d{1,10}(?:\.0+)?$/.test(text)) return Number(text)
  throw new Problem('invalid-request', 'FlowId is not a number.')
}

function readInitialValues(value: unknown): LaunchRequest['initialValues'] {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw new Problem('invalid-request', 'InitialValues is not an object of texts.')
  const entries = Object.entries(value)
  if (entries.length > mostMembers) {
    throw new Problem('invalid-request', `InitialValues has more than ${mostMembers} members.`)
  }
  return Object.fromEntries(entries.map(([name, each]) => [name, readValue(name, each)]))
}

function readValue(name: string, value: unknown): string | null {
  if (name.length > 100 || controlCharacters.test(name) || holdsCardNumber(name)) {
    throw new Problem('invalid-request', 'A member of InitialValues has a name that is none.')
  }
  if (value === null) return null
  const path = `InitialValues.${name}`
  if (typeof value === 'object') {
    throw new Problem('invalid-request', `${path} is nested; InitialValues takes texts.`)
  }
  const text = String(value)
  if (typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Problem('invalid-request', `${path} has too many digits for a JSON number; send it as a text.`)
  }
  if (holdsCardNumber(text)) {
    throw new Problem('card-data-refused', `${path} holds a card number; card numbers do not belong here.`)
  }
  if (text.length > mostCharacters) throw new Problem('invalid-request', `${path} is too long.`)
  if (controlCharacters.test(text)) throw new Problem('invalid-request', `${path} has control characters.`)
  if (!text.isWellFormed()) throw new Problem('invalid-request', `${path} is not well-formed Unicode.`)
  return text
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
