import { UnexpectedAnswerError } from '../errors.ts'

/** One server-sent event (HTML Standard §9.2). */
export interface ServerEvent {
  readonly type: string
  readonly data: string
  /** The last id that was sent, with this event or before it. */
  readonly id: string
}

/** A server that never ends a line, or an event, is given up. */
const maxCharacters = 1024 * 1024

/**
 * Reads a stream of events as it comes.
 *
 * @returns takes the next piece of text, and gives the events that it completes. What follows the last empty line is no event.
 * @throws {UnexpectedAnswerError} when an event is longer than 1 MiB.
 */
export function createEventParser(): (text: string) => readonly ServerEvent[] {
  let rest = ''
  let id = ''
  let type = ''
  let data: string[] = []
  let started = false

  function take(line: string): ServerEvent | undefined {
    if (line === '') return finish()
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'event') type = value
    else if (name === 'data') data.push(value)
    else if (name === 'id' && !value.includes('\0')) id = value
    return undefined
  }

  function finish(): ServerEvent | undefined {
    const event = { type: type || 'message', data: data.join('\n'), id }
    const isEvent = data.length > 0
    type = ''
    data = []
    return isEvent ? event : undefined
  }

  return (text) => {
    const unread = rest + (started ? text : text.replace(/^\ufeff/, ''))
    started ||= text !== ''
    // Of a line break in two halves, the first waits for the other.
    const lines = unread.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    const events = lines.map(take).filter((event) => event !== undefined)
    if (rest.length + data.reduce((length, line) => length + line.length + 1, 0) > maxCharacters) {
      const facts = { status: 200, contentType: 'text/event-stream' }
      throw new UnexpectedAnswerError('The stream has an event of more than 1 MiB.', facts)
    }
    return events
  }
}
