import { Problem, type WrongMember } from '../../base/problem.ts'
import type { Caller } from '../../identity/bearer.ts'
import { reachOf } from '../reach.ts'
import type { Position, SessionCursors } from '../session-cursor.ts'
import { type SessionState, sessionStates } from '../session-state.ts'
import { listLimits, maxAgentIdCharacters } from './schemas.ts'
import { faultInName, refusal } from './wrong-members.ts'

/** Which sessions of an account are asked for. */
export interface ListQuery {
  readonly agentId: string | undefined
  readonly state: SessionState | undefined
  /** Milliseconds since the epoch: opened then or later. */
  readonly from: number
  /** Milliseconds since the epoch: opened before. */
  readonly to: number
  /** Where the page before this one ended. */
  readonly after: Position | undefined
  readonly limit: number
}

/** Later than every session. */
const endOfTime = 8.64e15

const names = ['agentId', 'state', 'from', 'to', 'cursor', 'limit'] as const

type Name = (typeof names)[number]

const namesInLowerCase: ReadonlyMap<string, Name> = new Map(names.map((name) => [name.toLowerCase(), name]))

/**
 * Reads the query of a list of sessions. Names are matched without regard to case, unknown ones are ignored, and one
 * without a value counts as absent. An agent's own token sees that agent's sessions alone.
 *
 * @param query what stands behind the question mark.
 * @throws {Problem} `invalid-request` with each wrong name; `card-data-refused`; `foreign-agent`.
 */
export function readListQuery(query: string, caller: Caller, cursors: SessionCursors): ListQuery {
  const reach = reachOf(caller)
  const own = reach.agentId
  const faults: WrongMember[] = []
  const given = valuesByName(query, faults)
  const read = <T>(name: Name, usual: T, readValue: (text: string) => { value: T } | string): T => {
    const text = given.get(name)
    if (text === undefined || text === '') return usual
    const outcome = readValue(text)
    if (typeof outcome !== 'string') return outcome.value
    faults.push({ path: name, message: outcome })
    return usual
  }
  const wanted: ListQuery = {
    agentId: read<string | undefined>('agentId', own, readAgentId),
    state: read<SessionState | undefined>('state', undefined, readState),
    from: read('from', 0, readTime),
    to: read('to', endOfTime, readTime),
    after: read<Position | undefined>('cursor', undefined, (text) => {
      const value = cursors.read(reach, text)
      return value ? { value } : 'was not issued by this list'
    }),
    limit: read('limit', listLimits.usual, readLimit),
  }
  if (wanted.to < wanted.from) faults.push({ path: 'to', message: 'must not be before from' })
  if (faults.length > 0) throw refusal(faults)
  if (own === undefined || wanted.agentId === own) return wanted
  throw new Problem(
    'foreign-agent',
    'The access token was issued for a different agent. Omit agentId or use that agent’s token.',
  )
}

function valuesByName(query: string, faults: WrongMember[]): ReadonlyMap<Name, string> {
  const given = new Map<Name, string>()
  for (const [written, text] of new URLSearchParams(query)) {
    const name = namesInLowerCase.get(written.toLowerCase())
    if (name === undefined) continue
    if (given.has(name)) faults.push({ path: name, message: 'was sent twice' })
    given.set(name, text)
  }
  return given
}

function readAgentId(text: string) {
  if ([...text].length > maxAgentIdCharacters) return 'must be a string of at most 255 characters'
  return faultInName(text) ?? { value: text }
}

function readState(text: string) {
  const value = sessionStates.find((state) => state.toLowerCase() === text.toLowerCase())
  return value ? { value } : `must be one of ${sessionStates.join(', ')}`
}

function readLimit(text: string) {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return value >= 1 && value <= listLimits.most
    ? { value }
    : `must be a whole number from 1 to ${listLimits.most}`
}

/** A date, or a date with a time and its offset; in a query that was not encoded the plus of one is a space. */
const timePattern = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+\- ]\d{2}:\d{2}))?$/i

function readTime(text: string) {
  const date = timePattern.exec(text)?.[1]
  const value =
    date === undefined || !isDate(date) ? Number.NaN : Date.parse(text.toUpperCase().replace(' ', '+'))
  return Number.isNaN(value)
    ? 'must be an ISO 8601 date or time, for example 2026-01-15T09:30:00Z'
    : { value: Math.max(value, 0) }
}

/** Whether the calendar has this day: 2026-02-30 is none. */
function isDate(date: string): boolean {
  const time = Date.parse(date)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}
