import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { askNg } from '../../../server/src/calls/rtpengine/test-real-rtpengine.ts'
import { eventually } from '../../../server/test/harness/test-eventually.ts'
import { freePort } from '../../../server/test/harness/test-free-port.ts'
import { createLabProcess } from './lab-process.ts'

const settings = fileURLToPath(new URL('../rtpengine.conf', import.meta.url))

/** rtpengine with the settings of deploy/telephony, on ports of its own. */
export async function startRtpengine(t: TestContext) {
  const [ng, tcp, cli] = [await freePort(), await freePort(), await freePort()]
  const engine = await createLabProcess(t, {
    name: 'rtpengine',
    command: () => [
      'rtpengine',
      `--config-file=${settings}`,
      '--config-section=rtpengine',
      `--listen-ng=127.0.0.1:${ng}`,
      `--listen-tcp-ng=127.0.0.1:${tcp}`,
      `--listen-cli=127.0.0.1:${cli}`,
      '--foreground',
      '--log-stderr',
      '--port-min=36000',
      '--port-max=38999',
      '--num-threads=2',
    ],
    ready: () => eventually(async () => (await askNg(ng, { command: 'ping' })).result === 'pong'),
  })
  return {
    ...engine,
    /** For `platform create --url`. */
    url: `udp://127.0.0.1:${ng}?tcp=${tcp}`,
    /** For Kamailio. */
    socket: `udp:127.0.0.1:${ng}`,
    ask: (command: object) => askNg(ng, command),
  }
}
