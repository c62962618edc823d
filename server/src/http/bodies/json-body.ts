import { isAscii, isUtf8 } from 'node:buffer'
import { Problem } from '../../base/problem.ts'
import { parseJson } from '../../base/text/json-numbers.ts'

const deepest = 32

/**
 * Reads a JSON body as strictly as RFC 8259 allows, so that every reader of the same text sees the same
 * members: nothing is nested deeper than 32 levels, no object has a member twice, and none is called
 * `__proto__`. How its numbers were written is remembered (`base/text/json-numbers.ts`).
 *
 * @throws {Problem} `invalid-request` when it is not UTF-8, not JSON, or not that strict.
 */
export function parseJsonBody(body: Buffer): unknown {
  const text = decode(body)
  const { members, depth } = measure(text)
  if (depth > deepest) throw refusal(`The request body is nested too deeply. The limit is ${deepest} levels.`)
  const value = parse(text)
  if (countMembers(value) !== members)
    throw refusal('An object in the request body contains the same member twice.')
  return value
}

const refusal = (detail: string) => new Problem('invalid-request', detail)

/** A byte order mark at the beginning is passed over (RFC 8259 §8.1). */
function decode(body: Buffer): string {
  if (isAscii(body)) return body.toString('latin1')
  if (!isUtf8(body)) throw refusal('The request body must be UTF-8.')
  const text = body.toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

function parse(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    throw refusal(text.trim() === '' ? 'The request body is empty.' : 'The request body is not valid JSON.')
  }
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a

/** How deep a text is nested, and how many members its objects have: a colon outside a string is a member. */
function measure(text: string): { readonly members: number; readonly depth: number } {
  let members = 0
  let depth = 0
  let open = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfString(text, at)
    else if (character === colon) members += 1
    else if (character === 0x7b || character === 0x5b) {
      open += 1
      if (open > depth) depth = open
    } else if (character === 0x7d || character === 0x5d) open -= 1
  }
  return { members, depth }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === quote) return at
    if (character === backslash) at += 1
  }
  return text.length
}

/** The members that were left after parsing: of two with one name, the later alone. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const element of value) members += countMembers(element)
    return members
  }
  for (const name in value) {
    if (name === '__proto__') throw refusal('A member must not be called __proto__.')
    members += 1 + countMembers((value as Record<string, unknown>)[name])
  }
  return members
}
