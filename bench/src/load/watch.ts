/** The watching process: takes a {@link WatchOrder} from its parent; see `watching.ts`. */
import type { Socket } from 'node:net'
import { createHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { connectTo, openConnection } from './connection.ts'
import { readDots } from './dots.ts'
import { paceClock } from './pace.ts'
import { type Dots, type PressPlan, placeOfKey, type Watched, type WatchOrder } from './watching.ts'
import { answerParent } from './worker.ts'

/** A Visa number is one short of complete after fifteen; then the entry is cleared. */
const mostDigits = 15
const openedAtOnce = 100
const patienceMilliseconds = 5_000

interface Stream {
  readonly socket: Socket
  readonly press: readonly string[]
  /** Keys whose event has not come: how many digits it will show, and when the key was due. */
  readonly pressed: { readonly digits: number; readonly due: number }[]
  /** How many digits the latest event showed. */
  digits: number
}

const streams: Stream[] = []
let delays = createHistogram({ figures: 3 })
let failure: Error | undefined

answerParent(async (order: WatchOrder): Promise<Dots | null> => {
  if (order.order === 'press') return press(order)
  if (order.order === 'open') await open(order.port, order.sessions)
  else close()
  return null
})

async function open(port: number, sessions: readonly Watched[]): Promise<void> {
  for (let first = 0; first < sessions.length; first += openedAtOnce) {
    const some = sessions.slice(first, first + openedAtOnce)
    streams.push(...(await Promise.all(some.map((session) => openStream(port, session)))))
  }
}

async function openStream(port: number, { stream: request, press }: Watched): Promise<Stream> {
  const socket = await connectTo(port)
  const stream: Stream = { socket, press: press.split(placeOfKey), pressed: [], digits: 0 }
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      failure = error
      reject(error)
    }
    const read = readDots((digits) => {
      seen(stream, digits)
      resolve(stream)
    })
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk)
      } catch (error) {
        failed(error as Error)
      }
    })
    socket.on('error', failed)
    socket.on('close', () => failed(new Error('The server closed a stream.')))
    socket.write(request)
  })
}

/** An event that came by itself, without a key, shows digits that nobody waits for. */
function seen(stream: Stream, digits: number): void {
  const { pressed } = stream
  const now = paceClock.now()
  const until = pressed.findIndex((key) => key.digits === digits) + 1
  for (const { due } of pressed.splice(0, until)) delays.record(Math.max(1, Math.round((now - due) * 1000)))
  stream.digits = digits
}

async function press({ port, perSecond, milliseconds, connections }: PressPlan): Promise<Dots> {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)))
  const free = [...open]
  const waiting: string[] = []
  const all = Math.floor((perSecond * milliseconds) / 1000)
  delays = createHistogram({ figures: 3 })
  const send = async (request: string) => {
    const connection = free.pop()
    if (!connection) return void waiting.push(request)
    try {
      await connection.ask(request)
    } catch (error) {
      failure = error as Error
    }
    free.push(connection)
    const next = waiting.shift()
    if (next !== undefined) void send(next)
  }
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const busy = performance.eventLoopUtilization()
  const start = paceClock.now()
  let keys = 0
  const stop = paceClock.every(1, () => {
    for (let due = start; keys < all; keys += 1) {
      due = start + (keys * 1000) / perSecond
      if (due > paceClock.now()) return
      const stream = streams[Math.floor(Math.random() * streams.length)]
      if (stream) void send(nextPress(stream, due))
    }
  })
  try {
    const deadline = start + milliseconds + patienceMilliseconds
    while (keys < all || streams.some(({ pressed }) => pressed.length > 0)) {
      if (failure) throw failure
      if (paceClock.now() > deadline) throw new Error('A dot did not come.')
      await pause(20)
    }
  } finally {
    stop()
    loop.disable()
    for (const { close } of open) close()
  }
  return {
    keys,
    p50: delays.percentile(50) / 1000,
    p99: delays.percentile(99) / 1000,
    longest: delays.max / 1000,
    watcherLoopP99: loop.percentile(99) / 1e6,
    watcherBusy: performance.eventLoopUtilization(busy).utilization,
  }
}

/** The request for a session's next key, whose event is waited for from now on. */
function nextPress({ press: [before = '', after = ''], pressed, digits }: Stream, due: number): string {
  const shown = pressed.at(-1)?.digits ?? digits
  const isFull = shown >= mostDigits
  const key = isFull ? '*' : shown % 2 === 0 ? '4' : '2'
  pressed.push({ digits: isFull ? 0 : shown + 1, due })
  return before + key + after
}

function close(): void {
  failure = undefined
  for (const { socket } of streams.splice(0)) socket.removeAllListeners('close').destroy()
}
