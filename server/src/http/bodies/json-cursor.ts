import { Problem } from '../../base/problem.ts'

/** How far the bytes of a JSON body have been read. */
export interface Cursor {
  readonly body: Buffer
  at: number
}

export const code = (character: string): number => character.charCodeAt(0)
export const quote = code('"')

/** The next byte that is no space; it is not taken. */
export function next(cursor: Cursor): number | undefined {
  while (isSpace(cursor.body[cursor.at])) cursor.at += 1
  return cursor.body[cursor.at]
}

export function take(cursor: Cursor, byte: number): void {
  if (next(cursor) !== byte) throw notJson()
  cursor.at += 1
}

export const refusal = (detail: string) => new Problem('invalid-request', detail)
export const notJson = () => refusal('The request body is not valid JSON.')

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
