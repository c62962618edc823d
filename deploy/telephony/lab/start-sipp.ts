import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { KeysAs } from '../../../server/src/calls/rtpengine/test-rtp.ts'
import { createLabProcess } from './lab-process.ts'
import { makeWorkFolder } from './work-folder.ts'

const events = 'a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n'

/** What a call is steered by (caller.xml, agent.xml). */
export type Steering = 'MESSAGE' | 'NOTIFY' | 'REFER'

/**
 * SIPp with one of the scenarios here. It does the signalling; the media is where the lines of its injection file say.
 *
 * @param lines one a call.
 */
export async function startSipp(
  t: TestContext,
  {
    scenario,
    port,
    to,
    lines,
    keysAs,
    more = [],
    name = 'call',
    headers = [],
  }: {
    readonly scenario: 'caller' | 'agent'
    /** Where it speaks SIP, and to which port. */
    readonly port: number
    readonly to: number
    readonly lines: readonly string[]
    readonly keysAs: KeysAs
    readonly more?: readonly string[]
    /** What its Call-IDs begin with. */
    readonly name?: string
    /** Of the INVITE. */
    readonly headers?: readonly string[]
  },
) {
  const folder = await makeWorkFolder(t)
  const text = readFileSync(new URL(`${scenario}.xml`, import.meta.url), 'utf8')
  const told = text
    .replaceAll('@EVENTS@', keysAs === 'tone' ? '' : events)
    .replaceAll('@MORE@', headers.map((header) => `${header}\n`).join(''))
  writeFileSync(join(folder, 'scenario.xml'), told)
  writeFileSync(join(folder, 'calls.csv'), `SEQUENTIAL\n${lines.join('\n')}\n`)
  const sipp = await createLabProcess(t, {
    name: scenario,
    command: () => [
      'sipp',
      ...['-sf', join(folder, 'scenario.xml'), '-inf', join(folder, 'calls.csv')],
      ...['-i', '127.0.0.1', '-p', String(port), '-cid_str', `${name}-%u@%s`],
      ...['-m', String(lines.length), '-l', String(lines.length), '-nostdin', '-trace_err'],
      ...['-error_file', join(folder, 'errors'), '-trace_msg', '-message_file', join(folder, 'messages')],
      ...['-timeout', '300', ...more, `127.0.0.1:${to}`],
    ],
    ready: async () => {},
  })
  let sent = 0
  return {
    ...sipp,
    /** Has the call with this number, from 1, do something. */
    async steer(call: number, method: Steering, body = ''): Promise<void> {
      sent += 1
      const socket = createSocket('udp4')
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
      const from = `127.0.0.1:${socket.address().port}`
      const head = [
        `${method} sip:${scenario}@127.0.0.1:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${from};branch=z9hG4bK-steer-${sent}`,
        `From: <sip:steer@${from}>;tag=steer-${sent}`,
        `To: <sip:${scenario}@127.0.0.1:${port}>`,
        `Call-ID: ${callIdOf(call, name)}`,
        `CSeq: ${sent} ${method}`,
        'Content-Type: text/plain',
        `Content-Length: ${Buffer.byteLength(body)}`,
      ]
      await new Promise((done) => socket.send(`${head.join('\r\n')}\r\n\r\n${body}`, port, '127.0.0.1', done))
      socket.close()
    },
    errors: () => readIfThere(join(folder, 'errors')),
    /** Every message that it has sent and received. */
    messages: () => readIfThere(join(folder, 'messages')),
  }
}

/** The Call-ID of the call with this number. */
export const callIdOf = (call: number, name = 'call'): string => `${name}-${call}@127.0.0.1`

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
