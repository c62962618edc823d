import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { decodeMuLaw, encodeMuLaw, frequenciesOf, levelOf, type Samples, tonesIn } from './test-goertzel.ts'

/** How a telephone sends a key: by RFC 4733, as a tone in the audio, or by both at once. */
export type KeysAs = 'event' | 'tone' | 'both'

/** What one side of a call has heard. */
export interface Heard {
  /** How many packets of RFC 4733 came. */
  readonly eventPackets: number
  /** The keys that they say, and those that are heard as tones. */
  readonly eventKeys: string
  readonly toneKeys: string
  /** Streams that came: two at once are garbled on a real telephone. */
  readonly sources: number
  /** What is heard, for another detector. */
  readonly audio: Samples
  level(frequency: number): number
}

interface Packet {
  readonly at: number
  readonly source: number
  readonly type: number
  readonly timestamp: number
  readonly payload: Buffer
}

export type TestPhone = Awaited<ReturnType<typeof openTestPhone>>

const frameMilliseconds = 20
const frameSamples = 160
const eventType = 101
const keys = '0123456789*#ABCD'

/**
 * One side of a call: speaks all the time, in one frequency, in real time and PCMU (RFC 3551), and hears what comes.
 *
 * @param keysAs as which its keys are sent, which its SDP says too.
 */
export async function openTestPhone(t: TestContext, { talk, keysAs }: { talk: number; keysAs: KeysAs }) {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const received: Packet[] = []
  socket.on('message', (datagram) => {
    if (datagram.length >= 12 && (datagram[0] ?? 0) >> 6 === 2) received.push(readPacket(datagram))
  })
  const speech = createSpeech(talk, keysAs)
  let to = 0
  const stop = everyFrame(() => {
    for (const packet of speech.next()) if (to > 0) socket.send(packet, to, '127.0.0.1')
  })
  t.after(() => {
    stop()
    socket.close()
  })
  return {
    port,
    sdp: sdpOf(port, keysAs),
    /** From now on it sends to where the other side's SDP says. */
    sendTo(sdp: string): void {
      to = Number(/^m=audio (\d+)/m.exec(sdp)?.[1])
    },
    /** Presses keys. Resolves when the last has come up, and there was a pause after it. */
    press: (text: string, down = 100) =>
      new Promise<void>((resolve) => speech.press(text, { down, resolve })),
    /** What it heard since a moment of {@link performance.now}. */
    heard: (since: number, until = Number.POSITIVE_INFINITY) =>
      readHeard(received.filter(({ at }) => at >= since && at < until)),
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/** Calls back for each 20 ms that have passed, however late the timers are. */
function everyFrame(callback: () => void): () => void {
  const start = performance.now()
  let frames = 0
  const timer = setInterval(() => {
    for (; performance.now() - start >= frames * frameMilliseconds; frames += 1) callback()
  }, 5)
  return () => clearInterval(timer)
}

interface Pressing {
  readonly down: number
  readonly resolve: () => void
}

type Frame = (timestamp: number) => readonly Buffer[]

/** One stream of RTP: speech, in which keys are pressed. */
function createSpeech(talk: number, keysAs: KeysAs) {
  const source = Math.floor(Math.random() * 2 ** 32)
  const waiting: Frame[] = []
  let sequence = Math.floor(Math.random() * 2 ** 15)
  let timestamp = Math.floor(Math.random() * 2 ** 30)

  function packet(type: number, at: number, payload: Buffer): Buffer {
    const header = Buffer.alloc(12)
    header[0] = 0x80
    header[1] = type
    header.writeUInt16BE(sequence, 2)
    header.writeUInt32BE(at, 4)
    header.writeUInt32BE(source, 8)
    sequence = (sequence + 1) & 0xffff
    return Buffer.concat([header, payload])
  }

  /** A frame of some tones; where each of them ends with the frame, all are alike. */
  const audio = (frequencies: readonly number[]): Frame => {
    const samplesAt = (at: number) =>
      Buffer.from(
        Array.from({ length: frameSamples }, (_, n) =>
          encodeMuLaw(
            frequencies.reduce(
              (sum, each) => sum + 6_500 * Math.sin((2 * Math.PI * each * (at + n)) / 8_000),
              0,
            ),
          ),
        ),
      )
    const always = frequencies.every((each) => (each * frameMilliseconds) % 1_000 === 0)
      ? samplesAt(timestamp)
      : undefined
    return (at) => [packet(0, at, always ?? samplesAt(at))]
  }

  function key(text: string, down: number): readonly Frame[] {
    const count = Math.round(down / frameMilliseconds)
    const tone = audio(frequenciesOf(text))
    const event = (begun: number, index: number, end: number) => {
      const bits = Buffer.of(keys.indexOf(text), end | 10, 0, 0)
      bits.writeUInt16BE((index + 1) * frameSamples, 2)
      return packet(eventType, begun, bits)
    }
    return Array.from(
      { length: count },
      (_, index): Frame =>
        (at) => {
          const begun = at - index * frameSamples
          const isLast = index === count - 1
          const events =
            keysAs === 'tone'
              ? []
              : [event(begun, index, 0), ...(isLast ? [1, 2, 3].map(() => event(begun, index, 0x80)) : [])]
          return [...events, ...(keysAs === 'event' ? [] : tone(at))]
        },
    )
  }

  const silence = audio([talk])
  return {
    /** The packets of the next 20 ms. */
    next(): readonly Buffer[] {
      const packets = (waiting.shift() ?? silence)(timestamp)
      timestamp = (timestamp + frameSamples) >>> 0
      return packets
    },
    press(text: string, { down, resolve }: Pressing): void {
      for (const each of text) {
        waiting.push(...key(each, down), ...Array.from({ length: 5 }, () => silence))
      }
      waiting.push((at) => {
        resolve()
        return silence(at)
      })
    },
  }
}

function readPacket(datagram: Buffer): Packet {
  const header = 12 + ((datagram[0] ?? 0) & 0x0f) * 4
  return {
    at: performance.now(),
    type: (datagram[1] ?? 0) & 0x7f,
    timestamp: datagram.readUInt32BE(4),
    source: datagram.readUInt32BE(8),
    payload: Buffer.from(datagram.subarray(header)),
  }
}

function readHeard(packets: readonly Packet[]): Heard {
  const events = packets.filter(({ type }) => type === eventType)
  const begun = new Map(events.map(({ timestamp, payload }) => [timestamp, keys[payload[0] ?? 0] ?? '?']))
  const audio = audioOf(packets.filter(({ type }) => type === 0))
  return {
    eventPackets: events.length,
    eventKeys: [...begun.values()].join(''),
    toneKeys: tonesIn(audio),
    sources: new Set(packets.map(({ source }) => source)).size,
    audio,
    level: (frequency) => levelOf(audio, frequency),
  }
}

const maxGap = 16_000

/** In the order of their timestamps, with silence where nothing came. */
function audioOf(packets: readonly Packet[]): Samples {
  const samples: number[] = []
  let end: number | undefined
  for (const { timestamp, payload } of [...packets].sort((a, b) => a.timestamp - b.timestamp)) {
    const gap = timestamp - (end ?? timestamp)
    if (gap > 0 && gap <= maxGap) samples.push(...new Array<number>(gap).fill(0))
    for (const byte of payload) samples.push(decodeMuLaw(byte))
    end = timestamp + payload.length
  }
  return samples
}

function sdpOf(port: number, keysAs: KeysAs): string {
  const events = ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15']
  return [
    'v=0',
    `o=- ${port} 1 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0${keysAs === 'tone' ? '' : ' 101'}`,
    'a=rtpmap:0 PCMU/8000',
    ...(keysAs === 'tone' ? [] : events),
    'a=sendrecv',
    '',
  ].join('\r\n')
}
