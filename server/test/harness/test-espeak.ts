import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const sampleRate = 22_050
/** What it says, in hertz. */
export const espeakTone = 400
/** It hisses above what a telephone carries: without a filter, that would come back as 1,000. */
const hiss = 7_000

/**
 * Writes an espeak-ng into a folder, for `PATH`. It says the same to everything, for half a second, and writes down what it
 * was asked to say.
 */
export function writeTestEspeak(folder: string) {
  const program = join(folder, 'espeak-ng')
  writeFileSync(join(folder, 'sound.wav'), sound(sampleRate / 2))
  writeFileSync(join(folder, 'silence.wav'), sound(0))
  /** Has it do something else. */
  const instead = (line: string) => writeFileSync(program, `#!/bin/sh\ncd ${folder}\n${line}\n`)
  instead('{ printf "%s " "$2"; /bin/cat; echo; } >> spoken; /bin/cat sound.wav')
  chmodSync(program, 0o755)
  return {
    instead,
    /** What it was asked to say: a line each, with its language before it. */
    spoken: () => readFileSync(join(folder, 'spoken'), 'utf8').split('\n'),
  }
}

/** As espeak-ng writes to a pipe: lengths that are not known. */
function sound(length: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(0x7ffff024, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    header.writeUInt16LE(value, at)
  header.writeUInt32LE(sampleRate, 24)
  header.writeUInt32LE(2 * sampleRate, 28)
  header.write('data', 36)
  header.writeUInt32LE(0x7ffff000, 40)
  const wave = (frequency: number, n: number) => 8_000 * Math.sin((2 * Math.PI * frequency * n) / sampleRate)
  const samples = Int16Array.from({ length }, (_, n) => wave(espeakTone, n) + wave(hiss, n))
  return Buffer.concat([header, Buffer.from(samples.buffer)])
}
