import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../../server/test/harness/test-eventually.ts'
import { freePort } from '../../../server/test/harness/test-free-port.ts'
import { createLabProcess } from './lab-process.ts'
import { makeWorkFolder } from './work-folder.ts'

const configuration = fileURLToPath(new URL('../kamailio.cfg', import.meta.url))

interface KamailioSettings {
  /** The calls API. */
  readonly callsUrl: string
  readonly key: string
  /** The certificate that Tonegate's proxy has. */
  readonly ca?: string
  /** The NG socket of rtpengine. */
  readonly rtpengine: string
  /** Where agents are. */
  readonly agentsPort: number
}

/** Kamailio with the configuration of deploy/telephony, which is not changed: its settings are given on the command line. */
export async function startKamailio(t: TestContext, settings: KamailioSettings) {
  const port = await freePort()
  const folder = await makeWorkFolder(t)
  const ca = join(folder, 'ca.pem')
  writeFileSync(ca, settings.ca ?? '')
  const defined = {
    SIP_LISTEN: `udp:127.0.0.1:${port}`,
    TONEGATE_URL: `"${settings.callsUrl}"`,
    TONEGATE_KEY: `"${settings.key}"`,
    TONEGATE_CA: `"${settings.ca ? ca : '/etc/ssl/certs/ca-certificates.crt'}"`,
    RTPENGINE: `"${settings.rtpengine}"`,
    AGENTS: `"sip:127.0.0.1:${settings.agentsPort}"`,
  }
  const kamailio = await createLabProcess(t, {
    name: 'kamailio',
    command: () => [
      'kamailio',
      ...['-f', configuration, '-DD', '-E', '-m', '64', '-M', '8'],
      ...['-w', folder, '-Y', folder, '-P', join(folder, 'kamailio.pid')],
      ...Object.entries(defined).flatMap(([name, value]) => ['-A', `${name}=${value}`]),
    ],
    ready: () => eventually(async () => (await askOptions(port, 'ready')) === 200),
  })
  return { ...kamailio, port, options: (callId: string) => askOptions(port, callId) }
}

/** Asks for OPTIONS, and resolves with the status of the answer; with none where nobody answers. */
async function askOptions(port: number, callId: string): Promise<number | undefined> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  socket.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const { address, port: from } = socket.address()
  const lines = [
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${from};branch=z9hG4bK${from}`,
    `From: <sip:lab@${address}:${from}>;tag=lab`,
    `To: <sip:127.0.0.1:${port}>`,
    `Call-ID: ${callId}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 5',
    'Content-Length: 0',
  ]
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const timer = setTimeout(() => resolve(undefined), 300)
  socket.once('message', (answer) => resolve(Number(/^SIP\/2\.0 (\d{3})/.exec(answer.toString())?.[1])))
  socket.send(`${lines.join('\r\n')}\r\n\r\n`, () => {})
  const status = await promise
  clearTimeout(timer)
  socket.close()
  return status
}
