import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Store } from '../store/store.ts'
import { openTestStore } from '../store/test-store.ts'
import { type Gateway, sharedGateways } from './model/gateway.ts'
import type { Flow, Launch } from './model/launch.ts'
import {
  findOpen,
  forgetNode,
  launchOf,
  readAttempts,
  readRow,
  region,
  testSealer,
  wideLimits,
} from './test-vault.ts'
import { createVault } from './vault.ts'

/**
 * Two vaults that work on one database, as two servers would whom no lock keeps apart: what memory says of a session may
 * be wrong in either of them, and the rows decide.
 *
 * @param wrap what the first vault's store becomes, for a test in which it fails.
 * @param take hears the results first, and may refuse them.
 * @param isWanted whether there is a payment session that a session was launched for; there is unless said.
 * @param toldElsewhere hears what the other vault is told of payments whose sessions it has not.
 */
export async function startTwoVaults(
  t: TestContext,
  {
    gateway,
    wrap = (store) => store,
    take = async () => {},
    toldElsewhere = () => {},
    isWanted = async () => true,
  }: {
    readonly gateway: Gateway
    readonly wrap?: (store: Store) => Store
    readonly take?: (result: SessionResult, at: 'one' | 'other') => Promise<void>
    readonly toldElsewhere?: (guid: Guid, key: string) => void
    readonly isWanted?: (sessionGuid: Guid) => Promise<boolean>
  },
) {
  const folder = makeTestFolder('tonegate-two-vaults')
  const file = join(folder, 'nam.db')
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const results: SessionResult[] = []
  const open = async (wrapped: (store: Store) => Store, at: 'one' | 'other') => {
    const store = await openTestStore(file)
    const vault = createVault({
      clock,
      random: systemRandom,
      newGuid,
      region,
      linkSenders: {},
      messageLimits: wideLimits,
      store: wrapped(store),
      sealer: testSealer,
      log: createLog('silent'),
      gateways: sharedGateways({ test: gateway }),
      onProgress: () => {},
      toldElsewhere,
      isWanted,
      async onResult(result) {
        await take(result, at)
        results.push(result)
      },
    })
    let closed: Promise<void> | undefined
    const close = () => (closed ??= vault.close().then(() => store.close()))
    return { store, vault, close }
  }
  const one = await open(wrap, 'one')
  const other = await open((store) => store, 'other')
  t.after(async () => {
    await Promise.all([one.close(), other.close()])
    rmSync(folder, { recursive: true })
  })

  return {
    clock,
    results,
    one,
    other,
    /** A session that the first has. */
    async session(changes: Partial<Flow> = {}, more: Partial<Launch> = {}) {
      const launch = launchOf(changes, { initialValues: {}, ...more })
      const { guid, refreshToken, durable } = await one.vault.launch(launch)
      await durable
      return { guid, refreshToken, here: findOpen(one.vault, guid) }
    },
    /** The first was not heard of for too long, and does not know it yet: the other takes over what it has. */
    async takeOver(): Promise<void> {
      await forgetNode(other.store, one.store.nodeId)
      await other.vault.resume()
    },
    row: (guid: Guid) => readRow(one.store, guid),
    attempts: (guid: Guid) => readAttempts(one.store, guid),
    /** How the session ended, by its row. */
    async ending(guid: Guid) {
      const ending = (await readRow(one.store, guid))?.ending
      return ending ? (JSON.parse(ending) as { readonly end: string; readonly outcome: string }) : undefined
    },
  }
}
