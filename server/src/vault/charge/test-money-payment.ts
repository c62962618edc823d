import type { TestContext } from 'node:test'
import type { Outcome, SessionResult } from '@tonegate/protocol/outcome'
import type { Notification } from '../model/gateway.ts'
import type { Flow } from '../model/launch.ts'
import { settle, startVault } from '../test-vault.ts'
import { createLedgerGateway } from './test-money-ledger.ts'

/** A payment, with those around it. */
export type Payment = Awaited<ReturnType<typeof startPayment>>

export async function startPayment(changes: Partial<Flow>, { asksBank }: { readonly asksBank: boolean }) {
  const ends: (() => Promise<void>)[] = []
  const ledger = createLedgerGateway({ asksBank })
  const t = { after: (end: () => Promise<void>) => void ends.push(end) } as unknown as TestContext
  const vault = await startVault(t, { gateway: ledger.gateway })
  const { guid } = await vault.open({ gatewayTimeoutSeconds: 10, ...changes })
  let other = await vault.beside()
  let isGivenUp = false
  return {
    ledger,
    vault,
    guid,
    changes,
    /** The session at this server. */
    here: () => vault.vault.find(guid),
    /** The session at another server on the same database. */
    there: () => other.find(guid),
    /** Somebody cancels it, here or at the other server. */
    cancel(at: 'here' | 'there') {
      const session = at === 'here' ? vault.vault.find(guid) : other.find(guid)
      isGivenUp ||= session !== undefined
      return session?.cancel()
    },
    isGivenUp: () => isGivenUp,
    /** What the gateway tells of the payment, here or at the other server. */
    tell(about: Notification['about'], at: 'here' | 'there', id: string = about) {
      const key = ledger.entry()?.request.idempotencyKey ?? 'of-nobody'
      const body = Buffer.from(JSON.stringify([{ id, about, key, gatewayCode: 'told' }]))
      const { notifications } = at === 'here' ? vault.vault : other
      return notifications.take({ tenant: 7, name: 'test' }, { headers: {}, body })
    },
    /** The other server takes the session over: this one was not heard of, and does not know it yet. */
    async takeOver() {
      await vault.forget()
      void other.resume().catch(() => {})
      await settle()
    },
    async restart() {
      await vault.restart()
      other = await vault.beside()
    },
    /** Time passes: what comes every second comes for a while, and then once. */
    async pass(milliseconds: number) {
      const awake = Math.min(milliseconds, 10_000)
      await vault.clock.advance(awake)
      await vault.clock.leap(milliseconds - awake)
    },
    outcomes: () => taken(vault.results),
    async end() {
      for (const end of ends) await end()
    },
  }
}

/** The outcomes that whoever takes them goes by: once it is known, nobody unknows it. */
function taken(results: readonly SessionResult[]): readonly Outcome[] {
  const known = results.findIndex(({ outcome }) => outcome !== 'unknown')
  return results
    .filter(({ outcome }, index) => known === -1 || index <= known || outcome !== 'unknown')
    .map(({ outcome }) => outcome)
}
