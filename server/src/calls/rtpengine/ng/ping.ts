import { createSocket } from 'node:dgram'
import { connect, isIP } from 'node:net'
import type { Stop } from '../../../base/clock.ts'
import type { Parts } from '../../../base/parts.ts'
import type { Endpoint } from '../engine-url.ts'

/**
 * What is at a port: an engine · nothing that answers · something that answers and is none · `code`: nobody gets there, in the
 * operating system's words, such as `ECONNREFUSED` for a port that is closed.
 */
export type Pinged = 'engine' | 'silent' | 'stranger' | { readonly code: string }

const maxMilliseconds = 1_000
const repeatMilliseconds = 200
/** Keys of calls may come before the answer does. */
const maxBytes = 65_536

type Ping = (endpoint: Endpoint, parts: Pick<Parts, 'clock' | 'random'>) => Promise<Pinged>

/** Asks whether an engine takes commands there (`--listen-ng`). Unlike a command, it notices that a port is closed. */
export const pingByUdp: Ping = async ({ host, port }, { clock, random }) => {
  const cookie = newCookie(random)
  const { promise, resolve } = Promise.withResolvers<Pinged>()
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4', (datagram) =>
    resolve(datagram.toString('latin1').startsWith(`${cookie} {"result":"pong"`) ? 'engine' : 'stranger'),
  )
  const send = () => socket.send(`${cookie} {"command":"ping"}`, (fault) => fault && resolve(codeOf(fault)))
  let stopRepeating: Stop = () => {}
  const stopWaiting = clock.after(maxMilliseconds, () => resolve('silent'))
  socket.on('error', (fault) => resolve(codeOf(fault)))
  socket.once('connect', () => {
    send()
    stopRepeating = clock.every(repeatMilliseconds, send)
  })
  socket.connect(port, host)
  const pinged = await promise
  stopRepeating()
  stopWaiting()
  socket.close()
  return pinged
}

/** Asks whether an engine tells of keys there (`--listen-tcp-ng`), which speaks bencode alone. What it tells is overwritten. */
export const pingByTcp: Ping = async ({ host, port }, { clock, random }) => {
  const cookie = newCookie(random)
  const { promise, resolve } = Promise.withResolvers<Pinged>()
  let told = Buffer.alloc(0)
  const socket = connect({ host, port }, () => socket.write(`${cookie} d7:command4:pinge`))
  const stopWaiting = clock.after(maxMilliseconds, () => resolve('silent'))
  socket.on('error', (fault) => resolve(codeOf(fault)))
  socket.on('close', () => resolve('stranger'))
  socket.on('data', (bytes: Buffer) => {
    const joined = Buffer.concat([told, bytes])
    for (const read of [told, bytes]) read.fill(0)
    told = joined
    if (told.includes(`${cookie} d6:result4:pong`)) resolve('engine')
    else if (told.length > maxBytes) resolve('stranger')
  })
  const pinged = await promise
  stopWaiting()
  socket.destroy()
  told.fill(0)
  return pinged
}

const newCookie = (random: Parts['random']): string => random(12).toString('base64url')

const codeOf = (fault: NodeJS.ErrnoException): Pinged => ({ code: fault.code ?? 'unknown' })
