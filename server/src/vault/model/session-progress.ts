import type { FieldName, Step } from '@tonegate/protocol/view-state'
import type { Guid } from '../../base/guid.ts'
import type { CourseEntry } from './course.ts'

/** What a program is told of a session before its end. */
export const progressKinds = [
  'opened',
  'field-complete',
  'link-sent',
  'link-opened',
  'processing',
  'at-bank',
] as const

/** The fields of a card as programs know them. */
export const fieldCodes = {
  pan: 'pan',
  expiry: 'expiry',
  securityCode: 'security-code',
} as const satisfies Record<FieldName, string>

export type FieldCode = (typeof fieldCodes)[FieldName]

/** Something that a program may follow a session by. No digit is in it, and not how many there are. */
export interface SessionProgress {
  /** Its place in the session, from 1. What has one keeps it, whichever process tells of it. */
  readonly sequence: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly progress: (typeof progressKinds)[number]
  /** Of `field-complete`. */
  readonly field?: FieldCode
}

export type ProgressOfSessions = ReadonlyMap<Guid, readonly SessionProgress[]>

/** What is kept of a session anyway, as its progress is told by it. */
export interface KeptCourse {
  readonly course: readonly CourseEntry[]
  /** When the customer was sent to their bank, after all that is in the course; null: they were not. */
  readonly challengedAt: number | null
}

/** The progress of a session, by what is written of it: nothing is ever put before what was there. */
export function progressIn({ course, challengedAt }: KeptCourse): readonly SessionProgress[] {
  const told = course.flatMap(progressOf)
  if (challengedAt !== null) told.push({ at: challengedAt, progress: 'at-bank' })
  return told.map((each, place) => ({ sequence: place + 1, ...each }))
}

function progressOf({ at, what, detail }: CourseEntry): Omit<SessionProgress, 'sequence'>[] {
  switch (what) {
    case 'begun':
      return [{ at, progress: 'opened' }]
    case 'field-complete':
      return [{ at, progress: 'field-complete', field: detail as FieldCode }]
    case 'link-sent':
      return [{ at, progress: 'link-sent' }]
    case 'payment-page-opened':
      return [{ at, progress: 'link-opened' }]
    case 'step':
      return detail === processing ? [{ at, progress: 'processing' }] : []
    default:
      return []
  }
}

const processing: Step = 'payment-processing'
