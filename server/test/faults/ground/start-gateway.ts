import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { MovedByKey } from '../../../src/vault/gateways/test-ledger.ts'
import { type Ends, endBy, endWithThisProcess, hasEnded } from '../../harness/test-children.ts'
import { freePort } from '../../harness/test-free-port.ts'

/** What the gateway has in its books. */
export interface GatewayBooks {
  readonly moved: MovedByKey
  /** The keys of the payments that it has charged. */
  readonly charged: readonly string[]
  /** Those whose card was sent a second time after they had been charged. */
  readonly again: readonly string[]
}

export interface GatewayManners {
  /** How long a charge takes, at least and at most. */
  readonly milliseconds: readonly [number, number]
  /** 1: it ends as `kill -9` ends it as soon as it has charged a card, before it answers. */
  readonly dies: 0 | 1
}

/** A gateway that outlives the servers that charge at it. */
export interface Gateway {
  /** Of the connector's settings. */
  readonly url: string
  books(): Promise<GatewayBooks>
  behave(manners: GatewayManners): Promise<void>
  isRunning(): boolean
  /** With all that it had in its books. */
  start(): Promise<void>
}

/** @param file where it keeps its books. */
export async function startGateway(t: Ends, file: string): Promise<Gateway> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  t.after(() => child && endBy(child, 'SIGKILL'))

  async function start(): Promise<void> {
    child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./gateway-process.ts', import.meta.url)), String(port), file],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    endWithThisProcess(child)
    await once(child, 'message')
    child.unref()
    child.channel?.unref()
  }

  await start()
  return {
    url: `${origin}/tonegate`,
    books: async () => (await (await fetch(`${origin}/books`)).json()) as GatewayBooks,
    async behave(manners) {
      await fetch(`${origin}/manners`, { method: 'POST', body: JSON.stringify(manners) })
    },
    isRunning: () => child !== undefined && !hasEnded(child),
    start,
  }
}
