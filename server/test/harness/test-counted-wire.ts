import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

/** What an operation asked of the database: the statements that were sent before an answer was waited for, time after time. */
export type Trips = readonly (readonly string[])[]

/** A connection, whose statements wait until those of all connections are sent. */
interface Wire {
  readonly onward: Socket
  /** The SQL of statements by their names. */
  readonly named: Map<string, string>
  readonly waiting: Buffer[]
  readonly read: ReadMessages
  /** Groups of messages whose end the server has not said. */
  unanswered: number
}

/** Each is answered by one that says that the server is ready. */
const endsGroup: ReadonlySet<string> = new Set(['startup', 'S', 'Q'])

/** So long nothing is sent, when all that can be sent without an answer has been. */
const quietMilliseconds = 20
/** And so long nothing goes on from before. */
const beforeMilliseconds = 100

/**
 * A way to a PostgreSQL server that is as long as it can be: while it counts, nothing goes on before everything is answered,
 * and whoever has to say something more has said it.
 */
export async function startCountedWire(t: TestContext, server: string) {
  const { port, hostname } = new URL(server)
  const wires = new Set<Wire>()
  let counting = false
  let sentAt = 0

  const listener = createServer((socket) => {
    const wire: Wire = {
      onward: connect(Number(port), hostname),
      named: new Map(),
      waiting: [],
      read: readMessages({ begun: false }),
      unanswered: 0,
    }
    wires.add(wire)
    const hear = readMessages({ begun: true })
    socket.on('data', (data: Buffer) => {
      sentAt = performance.now()
      wire.waiting.push(data)
      if (!counting) sendOn(wire)
    })
    wire.onward.on('data', (data: Buffer) => {
      for (const { type } of hear(data)) if (type === 'Z') wire.unanswered -= 1
      socket.write(data)
    })
    const end = () => {
      wires.delete(wire)
      socket.destroy()
      wire.onward.destroy()
    }
    for (const each of [socket, wire.onward]) each.on('error', end).on('close', end)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.after(() => {
    for (const { onward } of wires) onward.destroy()
    listener.close()
  })

  function sendOn(wire: Wire): readonly string[] {
    const data = Buffer.concat(wire.waiting.splice(0))
    const statements: string[] = []
    for (const message of wire.read(data)) {
      if (endsGroup.has(message.type)) wire.unanswered += 1
      const sql = statementOf(wire, message)
      if (sql !== undefined) statements.push(sql)
    }
    wire.onward.write(data)
    return statements
  }

  /** Sends what all have said, when nobody says more. @returns whether there was anything. */
  async function sendTrip(into: string[][]): Promise<boolean> {
    do await pause(1)
    while (isBusy() || performance.now() - sentAt < quietMilliseconds)
    const trip = [...wires].filter(({ waiting }) => waiting.length > 0).flatMap((wire) => sendOn(wire))
    if (trip.length > 0) into.push(trip)
    return trip.length > 0
  }

  const isBusy = () => [...wires].some(({ unanswered }) => unanswered > 0)

  const through = new URL(server)
  through.port = String((listener.address() as AddressInfo).port)
  return {
    url: through.href,
    /** Does something, and counts until it is done and nothing more is asked of the database. */
    async count(operation: () => Promise<unknown>): Promise<Trips> {
      const counted: string[][] = []
      do await pause(1)
      while (isBusy() || performance.now() - sentAt < beforeMilliseconds)
      counting = true
      sentAt = performance.now()
      let isOver = false
      const over = operation().finally(() => {
        isOver = true
        sentAt = performance.now()
      })
      over.catch(() => {})
      while ((await sendTrip(counted)) || !isOver);
      counting = false
      for (const wire of wires) sendOn(wire)
      await over
      return counted
    },
  }
}

interface Message {
  readonly type: string
  readonly body: Buffer
}

type ReadMessages = (data: Buffer) => readonly Message[]

/** Takes a stream of PostgreSQL's messages apart. The first one of a client has no type. */
function readMessages(state: { begun: boolean }): ReadMessages {
  let rest = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    const messages: Message[] = []
    for (;;) {
      const head = state.begun ? 1 : 0
      if (rest.length < head + 4) return messages
      const length = head + rest.readInt32BE(head)
      if (rest.length < length) return messages
      const type = state.begun ? String.fromCharCode(rest[0] ?? 0) : 'startup'
      messages.push({ type, body: rest.subarray(head + 4, length) })
      rest = rest.subarray(length)
      state.begun = true
    }
  }
}

/** The SQL that a message has run; what is named is told once and run by its name. */
function statementOf({ named }: Wire, { type, body }: Message): string | undefined {
  const [first = '', second = ''] = body.toString('latin1').split('\0', 2)
  if (type === 'P') named.set(first, second)
  if (type === 'Q') return first
  return type === 'B' ? (named.get(second) ?? second) : undefined
}
