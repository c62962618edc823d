/** Audio of a telephone, 8,000 samples a second, each of 16 bits. */
export type Samples = readonly number[]

const sampleRate = 8_000
const frameLength = 160
const hop = 80
const low = [697, 770, 852, 941]
const high = [1209, 1336, 1477, 1633]
const keys = ['123A', '456B', '789C', '*0#D']

/** The two frequencies of a key (ITU-T Q.23). */
export function frequenciesOf(key: string): readonly [number, number] {
  const row = keys.findIndex((each) => each.includes(key))
  return [low[row] ?? 0, high[keys[row]?.indexOf(key) ?? 0] ?? 0]
}

/** The keys that somebody hears in audio: tones that last through two frames of 20 ms, one begun 10 ms after the other. */
export function tonesIn(samples: Samples): string {
  let found = ''
  let before: string | undefined
  let count = 0
  for (let at = 0; at + frameLength <= samples.length; at += hop) {
    const key = toneOf(samples.slice(at, at + frameLength))
    count = key === before ? count + 1 : 1
    if (key !== undefined && count === 2) found += key
    before = key
  }
  return found
}

/** How loud a frequency is in audio: its amplitude, on average. */
export function levelOf(samples: Samples, frequency: number): number {
  const frames = Math.max(1, Math.floor(samples.length / frameLength))
  let power = 0
  for (let frame = 0; frame < frames; frame += 1) {
    power += goertzel(samples.slice(frame * frameLength, (frame + 1) * frameLength), frequency)
  }
  return Math.sqrt((2 * power) / frames)
}

function toneOf(frame: Samples): string | undefined {
  const power = frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length
  if (power < 10_000) return undefined
  const [row, rowPower] = loudest(frame, low)
  const [column, columnPower] = loudest(frame, high)
  const twist = rowPower / (columnPower + 1)
  if (rowPower + columnPower <= 0.6 * power || twist <= 0.1 || twist >= 10) return undefined
  return keys[row]?.[column]
}

function loudest(frame: Samples, frequencies: readonly number[]): readonly [index: number, power: number] {
  const powers = frequencies.map((frequency) => goertzel(frame, frequency))
  const power = Math.max(...powers)
  return [powers.indexOf(power), power]
}

/** The power of one frequency: half of its amplitude's square. */
function goertzel(frame: Samples, frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate)
  let last = 0
  let beforeLast = 0
  for (const sample of frame) {
    const next = sample + coefficient * last - beforeLast
    beforeLast = last
    last = next
  }
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
  return (2 * power) / (frame.length * frame.length)
}

const bias = 132
const loudestSample = 32_635

/** G.711 µ-law. */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const biased = Math.min(Math.abs(Math.round(sample)), loudestSample) + bias
  const exponent = Math.max(0, 31 - Math.clz32(biased) - 7)
  const mantissa = (biased >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

/** G.711 µ-law. */
export function decodeMuLaw(byte: number): number {
  const bits = ~byte & 0xff
  const magnitude = ((((bits & 0x0f) << 3) + bias) << ((bits >> 4) & 0x07)) - bias
  return bits & 0x80 ? -magnitude : magnitude
}
