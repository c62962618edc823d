import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startTestEngine } from '../../../server/src/calls/rtpengine/test-rtpengine.ts'
import { paceClock } from './pace.ts'

/** Where a server reaches the phone systems. */
export interface PhoneSystemUrls {
  /** Of one that is told commands. */
  readonly controlUrl: string
  readonly engineUrl: string
}

/** By the connection to its NG port alone; or by a datagram of its log (`--dtmf-log-dest`) before that. */
export type EngineTells = 'by-connection' | 'by-datagram-too'

/** Phone systems of this process: one that is told commands, and an rtpengine. Both confirm at once. */
export interface PhoneSystems {
  readonly urls: PhoneSystemUrls
  /** When a call was asked to be secured, by its GUID or SIP Call-ID: `call.secure` or `block DTMF` had arrived whole. */
  readonly askedAt: ReadonlyMap<string, number>
  /** Lets rtpengine know a call. */
  know(engineCall: string): void
  /** A key of the caller's has come up: rtpengine tells of it. */
  press(engineCall: string, key: string, tells: EngineTells): void
}

/** The side of a call whose keys are pressed. */
export const callerTag = 'caller'

const keyMilliseconds = 80

export async function startPhoneSystems(): Promise<PhoneSystems> {
  const askedAt = new Map<string, number>()
  const controlUrl = await startControl((callGuid) => askedAt.set(callGuid, paceClock.now()))
  const whenStopped: Parameters<typeof startTestEngine>[0] = { after() {} }
  const engine = await startTestEngine(whenStopped, { now: Date.now, logTo: await freeUdpPort() })
  engine.misbehave(({ command }) => {
    if (command.command === 'block DTMF') askedAt.set(String(command['call-id']), paceClock.now())
    return undefined
  })
  return {
    urls: { controlUrl, engineUrl: engine.url },
    askedAt,
    know: (engineCall) => void engine.calls.set(engineCall, [callerTag, 'agent']),
    press(engineCall, key, tells) {
      const told = {
        event: '0123456789*#'.indexOf(key),
        callId: engineCall,
        tag: callerTag,
        duration: keyMilliseconds,
      }
      if (tells === 'by-datagram-too') void engine.pressInLog(told)
      engine.press(told)
    },
  }
}

/** A control URL that answers every command with 204. */
async function startControl(secure: (callGuid: string) => void): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { type, callGuid } = JSON.parse(Buffer.concat(parts).toString())
      if (type === 'call.secure') secure(callGuid)
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/tonegate`
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
