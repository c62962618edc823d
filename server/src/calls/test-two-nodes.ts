import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { Guid } from '../base/guid.ts'
import { clientOf, startWithPlatform, type TestProcess, testListener } from './test-telephone.ts'

/** Two nodes of a region, each with a client of one platform, as a load balancer would send it there. */
export async function startTwoNodes(t: TestContext, options: Parameters<typeof startWithPlatform>[1] = {}) {
  const started = await startWithPlatform(t, options)
  const one = started.process
  let other: TestProcess | undefined = await started.startProcess()
  t.after(() => other?.close())
  const found = other

  /** A call of Anna's, told to the first. */
  async function call() {
    const [callGuid, sessionGuid] = [started.newGuid(), started.newGuid()]
    started.openSessions.add(sessionGuid)
    await clientOf(() => one, started.key).put(`/calls/${callGuid}`, {
      agentId: 'anna',
      reference: `call ${callGuid}`,
    })
    return { callGuid, sessionGuid, ...testListener() }
  }

  return {
    ...started,
    one,
    other: found,
    at: {
      one: clientOf(() => one, started.key),
      other: clientOf(() => found, started.key),
    },
    call,
    /** The other dies, and is seen to be gone. */
    async otherDies() {
      other = undefined
      await found.die()
    },
    /** Reads the platform's commands at a node, and confirms each at another. */
    read: (at: TestProcess, options: ReadOptions = {}) => readCommands(at, started.key, options),
  }
}

interface ReadOptions {
  readonly last?: string | undefined
  readonly confirm?: (commandId: Guid) => Promise<unknown>
}

/** Reads commands as server-sent events. */
async function readCommands(at: TestProcess, key: string, { last, confirm }: ReadOptions) {
  if (!at.app.server.listening) await at.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = at.app.server.address() as AddressInfo
  const headers = { authorization: `Bearer ${key}`, ...(last && { 'last-event-id': last }) }
  const response = await new Promise<IncomingMessage>((resolve) =>
    get({ host: '127.0.0.1', port, path: '/calls/v1/commands', headers }, resolve),
  )
  const read: { readonly type: string; readonly commandId: Guid }[] = []
  response.setEncoding('utf8').on('data', (text: string) => {
    for (const [, data = ''] of text.matchAll(/^data: (.*)$/gm)) {
      const command = JSON.parse(data)
      read.push(command)
      void confirm?.(command.commandId)
    }
  })
  const closed = new Promise<void>((resolve) => response.once('close', resolve))
  return {
    status: response.statusCode,
    read,
    types: () => read.map(({ type }) => type),
    async close() {
      response.destroy()
      await closed
    },
  }
}
