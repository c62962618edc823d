import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ends } from '../../harness/test-children.ts'

/** A phone system that is told commands, confirms each at once, and knows whose keys are kept from their agents. */
export interface PhoneSystem {
  readonly controlUrl: string
  /** A call that it has; its GUID. */
  newCall(): string
  /** The calls whose lines are secured, and which nobody has released. */
  muted(): readonly string[]
  /** How many lines were secured. */
  secured(): number
}

export async function startPhoneSystem(t: Ends): Promise<PhoneSystem> {
  /** When the command came that decides how a call is, and whether that is to be muted. */
  const lines = new Map<string, { readonly at: number; readonly muted: boolean }>()
  const commands = new Set<string>()
  let secured = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { type, callGuid, commandId, sentOn } = JSON.parse(Buffer.concat(parts).toString())
      const at = Date.parse(sentOn)
      const isNew = !commands.has(commandId) && at >= (lines.get(callGuid)?.at ?? 0)
      commands.add(commandId)
      if (isNew && type === 'call.secure') {
        secured += 1
        lines.set(callGuid, { at, muted: true })
      }
      if (isNew && type === 'call.release') lines.set(callGuid, { at, muted: false })
      response.writeHead(204).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tonegate`,
    newCall: randomUUID,
    muted: () => [...lines].flatMap(([call, { muted }]) => (muted ? [call] : [])),
    secured: () => secured,
  }
}
