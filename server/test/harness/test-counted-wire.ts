import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

/** What an operation asked of the database: the statements that were sent before an answer was waited for, time after time. */
export type Trips = readonly (readonly string[])[]

/**
 * Turns of a millisecond in which nothing is said, when all has been sent that can be without an answer. Turns, and not a
 * time: on a busy machine all of it may pass in one.
 */
const quietTurns = 60
/** And before it is counted. */
const turnsBefore = 100

/**
 * A way to a PostgreSQL server that is as long as it can be: while it counts, nothing goes on before everything is answered,
 * and whoever has to say something more has said it.
 */
export async function startCountedWire(t: TestContext, server: string) {
  const wires = new Set<Wire>()
  let counting = false
  /** Turns since anything was said on either side. */
  let turns = 0
  const said = () => {
    turns = 0
  }

  const listener = createServer((socket) => {
    const wire = openWire(socket, server, said)
    wires.add(wire)
    socket.on('data', () => {
      said()
      if (!counting) wire.sendOn()
    })
    socket.on('close', () => wires.delete(wire))
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.after(() => {
    for (const { close } of wires) close()
    listener.close()
  })

  async function quiet(least: number): Promise<void> {
    const isBusy = () => [...wires].some((wire) => wire.isBusy())
    while (isBusy() || turns < least) {
      await pause(1)
      turns += 1
    }
    turns = 0
  }

  const through = new URL(server)
  through.port = String((listener.address() as AddressInfo).port)
  return {
    url: through.href,
    /** Does something, and counts until it is done and nothing more is asked of the database. */
    async count(operation: () => Promise<unknown>): Promise<Trips> {
      await quiet(turnsBefore)
      counting = true
      said()
      let isOver = false
      const over = operation().finally(() => {
        isOver = true
        said()
      })
      over.catch(() => {})
      const trips: (readonly string[])[] = []
      for (let sent: readonly string[] | undefined; sent?.length !== 0 || !isOver; ) {
        await quiet(quietTurns)
        sent = [...wires].flatMap((wire) => wire.sendOn())
        if (sent.length > 0) trips.push(sent)
      }
      counting = false
      await over
      return trips
    },
  }
}

/** One connection, whose messages wait until they are sent on. */
interface Wire {
  /** @returns the SQL of the statements that were sent. */
  sendOn(): readonly string[]
  /** Something was sent, and is not answered. */
  isBusy(): boolean
  close(): void
}

/** Each is answered by one that says that the server is ready. */
const endsGroup: ReadonlySet<string> = new Set(['startup', 'S', 'Q'])

/** @param answered hears when the server has said something. */
function openWire(socket: Socket, server: string, answered: () => void): Wire {
  const { port, hostname } = new URL(server)
  const onward = connect(Number(port), hostname)
  const waiting: Buffer[] = []
  const named = new Map<string, string>()
  const [asked, heard] = [readMessages({ begun: false }), readMessages({ begun: true })]
  let unanswered = 0
  const close = () => {
    socket.destroy()
    onward.destroy()
  }
  for (const each of [socket, onward]) each.on('error', close).on('close', close)
  socket.on('data', (data: Buffer) => waiting.push(data))
  onward.on('data', (data: Buffer) => {
    unanswered -= heard(data).filter(({ type }) => type === 'Z').length
    socket.write(data)
    answered()
  })
  return {
    sendOn() {
      const data = Buffer.concat(waiting.splice(0))
      onward.write(data)
      return asked(data).flatMap((message) => {
        if (endsGroup.has(message.type)) unanswered += 1
        return statementOf(named, message)
      })
    },
    isBusy: () => unanswered > 0,
    close,
  }
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

/** Takes a stream of PostgreSQL's messages apart. The first one of a client has no type. */
function readMessages(stream: { begun: boolean }): (data: Buffer) => readonly Message[] {
  let rest = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    const messages: Message[] = []
    for (;;) {
      const head = stream.begun ? 1 : 0
      if (rest.length < head + 4) return messages
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return messages
      const type = stream.begun ? String.fromCharCode(rest[0] ?? 0) : 'startup'
      messages.push({ type, body: rest.subarray(head + 4, length) })
      rest = rest.subarray(length)
      stream.begun = true
    }
  }
}

/** The SQL that a message has run, if it is one that does; what is named is told once and run by its name. */
function statementOf(named: Map<string, string>, { type, body }: Message): readonly string[] {
  const [first = '', second = ''] = body.toString('latin1').split('\0', 2)
  if (type === 'P') named.set(first, second)
  if (type === 'Q') return [first]
  return type === 'B' ? [named.get(second) ?? second] : []
}
