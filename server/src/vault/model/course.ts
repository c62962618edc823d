/** Something that happened in a capture session. Nothing of the card is in it, and nothing of whoever pays. */
export interface CourseEntry {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly what: /** A page was opened for the first time, or a first key pressed. */
    | 'begun'
    | 'view-opened'
    | 'payment-page-opened'
    | 'step'
    | 'entry-not-accepted'
    | 'field-complete'
    | 'entry-by'
    | 'link-sent'
    | 'caller-hung-up'
    | 'view-closed'
  /** The step, the field and its fault, the way of entry, the channel. */
  readonly detail?: string
}

/** What comes after so many is left out: it would be a session that does nothing but go to and fro. */
const maxEntries = 100

/** How a session goes, to be written along with its row. Nothing is kept while nothing happens. */
export class Course {
  readonly #now: () => number
  #entries: CourseEntry[] | undefined

  /** @param json what the process before this one had written. */
  constructor(now: () => number, json: string | undefined) {
    this.#now = now
    if (json !== undefined && json !== '[]') this.#entries = readCourse(json)
  }

  /** What happens twice running is one entry, but for a link: each goes to somebody. */
  note(what: CourseEntry['what'], detail?: string): void {
    this.#entries ??= []
    const last = this.#entries.at(-1)
    const isSame = last?.what === what && last.detail === detail && what !== 'link-sent'
    if (this.#entries.length >= maxEntries || isSame) return
    this.#entries.push({ at: this.#now(), what, ...(detail !== undefined && { detail }) })
  }

  toJson(): string {
    return this.#entries ? JSON.stringify(this.#entries) : '[]'
  }
}

export const readCourse = (json: string): CourseEntry[] => JSON.parse(json) as CourseEntry[]
