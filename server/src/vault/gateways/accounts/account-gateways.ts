import { createBoundedCache } from '../../../base/bounded-cache.ts'
import type { Log } from '../../../base/log.ts'
import type { Outgoing } from '../../../base/outgoing/outgoing.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { Gateway, Gateways } from '../../model/gateway.ts'
import type { GatewayMeter } from '../../model/gateway-meter.ts'
import { meterGateway } from '../meter-gateway.ts'
import { traceGateway } from '../trace-gateway.ts'
import { createGatewayAccounts } from './gateway-accounts.ts'
import type { GatewayKinds } from './gateway-kind.ts'
import { gatewaySettingsFaults, type PlainHttp } from './read-gateway-settings.ts'

const freshMilliseconds = 1000
const maxKept = 10_000

interface Made {
  readonly kind: string
  readonly settings: string
  readonly gateway: Gateway
}

interface Kept {
  readonly readAt: number
  readonly sealed?: Uint8Array
  /** `undefined`: the tenant had no gateway of this name. */
  readonly made: Made | undefined
}

/**
 * The gateways that tenants have, and those that are shared by all. A gateway is read from the store at most once a
 * second, and made once for what its settings say.
 *
 * @param shared found first: a tenant's own cannot take their names.
 */
export function createAccountGateways({
  store,
  sealer,
  clock,
  kinds,
  plainHttp,
  send,
  sendInside,
  shared,
  log,
  gatewayMeter,
}: Pick<StoreParts, 'store' | 'sealer' | 'clock'> & {
  readonly kinds: GatewayKinds
  readonly plainHttp: PlainHttp
  readonly send: Outgoing
  readonly sendInside: Outgoing
  readonly shared: Readonly<Record<string, Gateway>>
  readonly log?: Pick<Log, 'warn'>
  readonly gatewayMeter?: GatewayMeter
}): Gateways {
  const book = createGatewayAccounts({ store, sealer, clock })
  const kept = createBoundedCache<string, Kept>(maxKept)
  const reading = new Map<string, Promise<Gateway | undefined>>()

  /** Whoever asks while it is read gets the same: a gateway may remember what it was asked. */
  function readOnce(tenant: number, name: string, key: string): Promise<Gateway | undefined> {
    const running = reading.get(key) ?? read(tenant, name, key).finally(() => reading.delete(key))
    reading.set(key, running)
    return running
  }

  async function read(tenant: number, name: string, key: string): Promise<Gateway | undefined> {
    const readAt = clock.elapsed()
    const row = await book.find(tenant, name)
    const before = kept.get(key)
    const made = row && madeOf(tenant, name, row, before)
    kept.set(key, { readAt, made, ...(row && { sealed: row.sealed_settings }) })
    return made?.gateway
  }

  function madeOf(
    tenant: number,
    name: string,
    { kind: kindName, sealed_settings }: { readonly kind: string; readonly sealed_settings: Uint8Array },
    before: Kept | undefined,
  ): Made {
    const made = before?.made?.kind === kindName ? before.made : undefined
    if (made && before?.sealed && Buffer.compare(before.sealed, sealed_settings) === 0) return made
    const opened = book.open(tenant, name, sealed_settings)
    const settings = JSON.stringify(opened)
    if (made?.settings === settings) return made
    const kind = Object.hasOwn(kinds, kindName) ? kinds[kindName] : undefined
    if (!kind) throw new UnusableGateway()
    if (gatewaySettingsFaults(kind, opened, plainHttp).length > 0) throw new UnusableGateway()
    const gateway = kind.create({
      settings: opened as never,
      send,
      sendInside,
      clock,
      ...(log && { log }),
    })
    return { kind: kindName, settings, gateway: seen(gateway, kindName) }
  }

  /** What is asked of it is in a trace, and counted. */
  function seen(gateway: Gateway, kind: string): Gateway {
    const traced = traceGateway(gateway, kind)
    return gatewayMeter ? meterGateway(traced, { kind, meter: gatewayMeter, clock }) : traced
  }
  const sharedGateways = new Map(Object.entries(shared).map(([name, gateway]) => [name, seen(gateway, name)]))

  return {
    find(tenant, name) {
      if (sharedGateways.has(name)) return sharedGateways.get(name)
      const key = `${tenant}/${name}`
      const found = kept.get(key)
      if (found && clock.elapsed() - found.readAt < freshMilliseconds) return found.made?.gateway
      return readOnce(tenant, name, key)
    },
  }
}

/** Its kind is unknown here, or its settings are not what the kind takes: another version wrote them. */
class UnusableGateway extends Error {
  constructor() {
    super('A gateway has a kind or settings that this version does not support.')
    this.name = 'UnusableGateway'
  }
}
