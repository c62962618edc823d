import { createHash } from 'node:crypto'
import type { Guid } from '@tonegate/protocol/guid'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

export type { Guid } from '@tonegate/protocol/guid'

/** Makes a new GUID at each call. */
export type NewGuid = () => Guid

/**
 * GUIDs of version 7 (RFC 9562 §5.7). They rise with time, so that a table of a million rows takes a new one
 * at its end, as fast as a table of a thousand. They name things; they are not secrets.
 */
export function createGuids({ clock, random }: { readonly clock: Clock; readonly random: Random }): NewGuid {
  let last = 0
  let sequence = 0
  return () => {
    const now = Math.max(clock.now(), last)
    sequence = now === last ? (sequence + 1) >>> 0 : random(4).readUInt32BE() >>> 1
    last = now
    return v7({ msecs: now, seq: sequence, random: random(16) }) as Guid
  }
}

/** The same GUID for the same name and moment, wherever it is made; of version 7, so that it is ordered by the moment. */
export function guidOf(moment: number, name: string): Guid {
  const digest = createHash('sha256').update(name).digest()
  return v7({ msecs: moment, seq: digest.readUInt32BE(16) >>> 1, random: digest.subarray(0, 16) }) as Guid
}

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Reads a GUID in either case, with or without a tidy caller; anything else is `undefined`. */
export function parseGuid(text: string): Guid | undefined {
  return guidPattern.test(text) ? (text.toLowerCase() as Guid) : undefined
}

/** When a GUID of version 7 was made, in milliseconds since the epoch; `undefined` for any other text. */
export function timeOfGuid(text: string): number | undefined {
  const guid = parseGuid(text)
  if (guid === undefined || guid[14] !== '7') return undefined
  return Number.parseInt(guid.slice(0, 8) + guid.slice(9, 13), 16)
}

/** No GUID of version 7 that was made at this moment or later, in milliseconds since the epoch, is before it. */
export function firstGuidOf(moment: number): Guid {
  const time = Math.max(0, moment).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000` as Guid
}
