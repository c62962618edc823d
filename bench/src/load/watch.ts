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
const maxDigits = 15
const openedAtOnce = 100
const patienceMilliseconds = 5_000

interface Stream {
  readonly socket: Socket
  readonly press: readonly string[]
  /** A key whose event has not come: how many digits it will show, and when the key was due. */
  pressed: { readonly digits: number; readonly due: number } | undefined
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
  const stream: Stream = { socket, press: press.split(placeOfKey), pressed: undefined, digits: 0 }
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
  stream.digits = digits
  if (pressed?.digits !== digits) return
  delays.record(Math.max(1, Math.round((paceClock.now() - pressed.due) * 1000)))
  stream.pressed = undefined
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
    for (; keys < all; keys += 1) {
      const due = start + (keys * 1000) / perSecond
      const stream = due <= paceClock.now() && chooseStream()
      if (!stream) return
      void send(nextPress(stream, due))
    }
  })
  try {
    const deadline = start + milliseconds + patienceMilliseconds
    while (keys < all || streams.some(({ pressed }) => pressed)) {
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

/** Any session whose last dot has come: its keys would overtake one another on their connections. */
function chooseStream(): Stream | undefined {
  const first = Math.floor(Math.random() * streams.length)
  for (let next = first; next < first + streams.length; next += 1) {
    const stream = streams[next % streams.length]
    if (stream && !stream.pressed) return stream
  }
  return undefined
}

/** The request for a session's next key, whose event is waited for from then on. */
function nextPress(stream: Stream, due: number): string {
  const [before = '', after = ''] = stream.press
  const { digits } = stream
  const isFull = digits >= maxDigits
  stream.pressed = { digits: isFull ? 0 : digits + 1, due }
  return before + (isFull ? '*' : digits % 2 === 0 ? '4' : '2') + after
}

function close(): void {
  failure = undefined
  for (const { socket } of streams.splice(0)) socket.removeAllListeners('close').destroy()
}
