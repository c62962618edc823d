import { execFileSync } from 'node:child_process'
import type { Samples } from '../../../server/src/calls/rtpengine/test-goertzel.ts'

const theirRate = 22_050
const ourRate = 8_000

/** The keys that multimon-ng, which shares nothing with our own detector, hears in audio. */
export function multimonHears(samples: Samples): string {
  const heard = execFileSync('multimon-ng', ['-q', '-a', 'DTMF', '-t', 'raw', '-'], {
    input: resampled(samples),
    timeout: 60_000,
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
  })
  return [...heard.matchAll(/^DTMF: (.)/gm)].map(([, key]) => key).join('')
}

/** As it wants it: 16 bits, 22,050 a second; each is on the line between its neighbours. */
function resampled(samples: Samples): Buffer {
  const count = Math.floor(((samples.length - 1) * theirRate) / ourRate)
  const out = Buffer.alloc(Math.max(0, count) * 2)
  for (let index = 0; index < count; index += 1) {
    const at = (index * ourRate) / theirRate
    const before = Math.floor(at)
    const [one = 0, other = 0] = [samples[before], samples[before + 1]]
    out.writeInt16LE(Math.round(one + (other - one) * (at - before)), index * 2)
  }
  return out
}
