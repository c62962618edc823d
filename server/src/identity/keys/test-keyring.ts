import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock, type MovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import type { Store } from '../../store/store.ts'
import { openTestStore } from '../../store/test-store.ts'
import { nam } from '../test-identity.ts'
import type { SigningAlgorithm } from './algorithms.ts'
import { createKeyring } from './keyring.ts'
import type { SigningKey } from './signing-keys.ts'

export const day = 24 * 60 * 60_000

export const testSealer = createSealer(Buffer.alloc(32, 7), systemRandom)

/**
 * For the tests: a database file with a region's keys. `openNode` is a server on it, with a connection and a
 * clock of its own, as another process has them.
 */
export function startKeys(t: TestContext) {
  const folder = makeTestFolder('tonegate-keys')
  const file = join(folder, 'nam.db')
  const closes: (() => Promise<void>)[] = []
  t.after(async () => {
    for (const close of closes.reverse()) await close()
    rmSync(folder, { recursive: true })
  })

  async function openStore(): Promise<Store> {
    const store = await openTestStore(file)
    closes.push(() => store.close())
    return store
  }

  async function openNode({
    clock = createMovableClock(),
    accessTokens = 'ES256',
    idTokens = 'RS256',
    keyRotationDays = 90,
    tokenLifetimeSeconds = 3600,
  }: {
    readonly clock?: MovableClock
    readonly accessTokens?: SigningAlgorithm
    readonly idTokens?: SigningAlgorithm
    readonly keyRotationDays?: number
    readonly tokenLifetimeSeconds?: number
  } = {}) {
    const store = await openStore()
    const lines: string[] = []
    const log = createLog('trace', { write: (line) => lines.push(line) })
    const parts = { store, clock, sealer: testSealer, region: nam, tokenLifetimeSeconds }
    const keyring = await createKeyring({
      ...parts,
      log,
      keyRotationDays,
      defaults: { accessTokens, idTokens },
    })
    closes.push(() => keyring.close())
    /** The key that signs; there is one, so that it comes at once. */
    function signing(algorithm = accessTokens): SigningKey {
      const key = keyring.signing(algorithm)
      assert.ok(!(key instanceof Promise))
      return key
    }
    const published = () => keyring.published().map(({ kid }) => kid ?? '')
    return { ...parts, keyring: { ...keyring, signing }, provide: keyring.signing, lines, published }
  }

  return { file, openStore, openNode }
}

/** The rows of the keys, the newest first, as the store has them. */
export function readRows(store: Store) {
  const all = store.prepare((db, _: object) =>
    db.selectFrom('signing_key').selectAll().orderBy('signs_from', 'desc').orderBy('kid'),
  )
  return all.all(store.reader, {})
}

/** Waits for what is done on other threads, such as the making of keys, which no clock moves. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 5000; tries += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error('It did not come to be so.')
}
