import { mkdirSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** All recordings of a folder, one after another. */
export async function readRecordings(folder: string): Promise<Buffer> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.pcap')).sort()
  return Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name)))))
}

const eventType = 101

/** The keys that are in recordings, once each, whatever their order: events have one timestamp from begin to end. */
export function keysIn(recording: Buffer): string {
  const keys = new Map<number, number>()
  for (let at = 0; at + 16 <= recording.length; at += 1) {
    const isEvent = recording[at] === 0x80 && ((recording[at + 1] ?? 0) & 0x7f) === eventType
    if (isEvent) keys.set(recording.readUInt32BE(at + 4), recording[at + 12] ?? 0)
  }
  return [...keys.values()].sort().join('')
}

/** What is heard of a prompt. */
export const promptTone = 400

/** Two seconds of a tone: a WAV of 16 bits, mono. */
export function writePrompt(folder: string): void {
  const samples = Int16Array.from(
    { length: 16_000 },
    (_, n) => 6_500 * Math.sin((2 * Math.PI * promptTone * n) / 8_000),
  )
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  for (const [value, at, size] of [
    [16, 16, 4],
    [1, 20, 2],
    [1, 22, 2],
    [8_000, 24, 4],
    [16_000, 28, 4],
    [2, 32, 2],
    [16, 34, 2],
  ] as const) {
    header.writeUIntLE(value, at, size)
  }
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  const file = join(folder, 'en', 'card-number.wav')
  mkdirSync(join(folder, 'en'))
  writeFileSync(file, Buffer.concat([header, Buffer.from(samples.buffer)]))
}
