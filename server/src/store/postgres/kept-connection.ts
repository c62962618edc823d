import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { StoreUnavailable } from '../store-unavailable.ts'
import { disconnect } from './connect.ts'
import { asPostgresFailure, endsConnection } from './postgres-faults.ts'

const firstPauseMilliseconds = 50
const maxPauseMilliseconds = 500

/** A connection that is made again whenever it is lost. */
export interface KeptConnection {
  /**
   * The connection; a new one where the last is lost, as soon as there is one.
   *
   * @throws {StoreUnavailable} when it has been lost for longer than the patience.
   */
  client(): Promise<pg.Client>
  isOpen(): boolean
  /** Something failed on it: where that means that it is lost, it is given up. @returns how the store says it. */
  failed(client: pg.Client, error: unknown): unknown
  close(): Promise<void>
}

const isClosed = () => new StoreUnavailable('it is closed', undefined, 'server')

/** @param patience milliseconds that a lost connection is waited for. */
export function keepConnection(connect: () => Promise<pg.Client>, patience: number): KeptConnection {
  let current: pg.Client | undefined
  let connecting: Promise<pg.Client> | undefined
  let lostAt: number | undefined
  let failure: unknown
  let closed = false

  /** Tried again and again, with growing pauses, until there is one: nobody has to ask for it. */
  async function connectAgain(): Promise<pg.Client> {
    for (let wait = firstPauseMilliseconds; ; wait = Math.min(wait * 2, maxPauseMilliseconds)) {
      try {
        const client = await connect()
        if (closed) {
          await disconnect(client)
          throw isClosed()
        }
        client.on('error', (error) => drop(client, error))
        client.on('end', () => drop(client, failure))
        current = client
        lostAt = undefined
        return client
      } catch (error) {
        if (closed) throw isClosed()
        failure = error
      }
      await pause(wait * (0.5 + Math.random() / 2), undefined, { ref: false })
    }
  }

  function drop(client: pg.Client, error: unknown): void {
    if (current !== client) return
    current = undefined
    failure = error
    void disconnect(client)
  }

  function unavailable(): unknown {
    const known = asPostgresFailure(failure)
    return known instanceof StoreUnavailable
      ? known
      : new StoreUnavailable('it cannot be reached', failure, 'server')
  }

  return {
    async client() {
      if (current) return current
      if (closed) throw isClosed()
      lostAt ??= Date.now()
      connecting ??= connectAgain().finally(() => {
        connecting = undefined
      })
      connecting.catch(() => {})
      const left = Math.max(0, lostAt + patience - Date.now())
      const waiting = new AbortController()
      // Only this pause keeps the process alive: a command whose first try fails has to wait for the next one.
      const tooLong = pause(left, undefined, { signal: waiting.signal }).then(() => {
        throw unavailable()
      })
      tooLong.catch(() => {})
      return Promise.race([connecting, tooLong]).finally(() => waiting.abort())
    },
    isOpen: () => current !== undefined,
    failed(client, error) {
      const known = asPostgresFailure(error)
      if (endsConnection(known)) drop(client, error)
      return known
    },
    async close() {
      closed = true
      const client = current
      current = undefined
      if (client) await disconnect(client)
    },
  }
}
