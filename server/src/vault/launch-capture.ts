import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { NewGuid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { Problem } from '../base/problem.ts'
import type { Random } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import { noProgress } from './capture-host.ts'
import type { CaptureRows } from './capture-rows.ts'
import type { CaptureSessions } from './capture-sessions.ts'
import { type Gateways, gatewayNamed } from './gateway.ts'
import type { OpenSessions } from './open-sessions.ts'
import { refreshTokenHash } from './refresh-tokens.ts'
import { sealLaunch } from './sealed-launch.ts'
import type { ViewTokens } from './view-tokens.ts'

const progressAtFirst = JSON.stringify(noProgress)

/**
 * Opens a capture session: one row. What it hands out is in the row as SHA-256 only.
 *
 * @throws {Problem} `provider-refused` when the flow names a gateway that the vault was not given,
 *   `provider-unavailable` when the vault is closing.
 */
export function createLaunch({
  store,
  rows,
  sessions,
  gateways,
  viewTokens,
  region,
  clock,
  random,
  newGuid,
  sealer,
  log,
  closing,
  due,
}: {
  readonly store: Store
  readonly rows: CaptureRows
  readonly sessions: OpenSessions
  readonly gateways: Gateways
  readonly viewTokens: ViewTokens
  readonly region: Region
  readonly clock: Clock
  readonly random: Random
  readonly newGuid: NewGuid
  readonly sealer: Sealer
  readonly log: Log
  readonly closing: AbortSignal
  readonly due: (at: number) => void
}): CaptureSessions['launch'] {
  return async (launch) => {
    if (closing.aborted) throw new Problem('provider-unavailable', 'The payment server is closing.')
    const { tenant, flow, entry } = launch
    if (!gatewayNamed(gateways, flow.gateway)) {
      throw new Problem('provider-refused', 'The account configuration names a gateway that is not there.')
    }
    const guid = newGuid()
    const secrets = random(32)
    const linkSecret = secrets.toString('base64url', 0, 16)
    const refreshToken = secrets.toString('hex', 16)
    const linkSha256 = hash('sha256', linkSecret, 'buffer')
    const refreshTokens = refreshTokenHash(refreshToken)
    const createdAt = clock.now()
    const expiresAt = createdAt + flow.lifetimeSeconds * 1000
    const row = {
      guid,
      tenant_id: tenant,
      sealed_launch: sealLaunch(sealer, guid, launch),
      progress: progressAtFirst,
      link_sha256: linkSha256,
      refresh_tokens: refreshTokens,
      created_at: createdAt,
      expires_at: expiresAt,
    }
    const durable = store.write(async (tx) => void (await rows.insertSession.run(tx, row)))
    const endsAt = sessions.add({
      guid,
      launch,
      expiresAt,
      activeAt: createdAt,
      progress: noProgress,
      sealedFields: null,
      linkSha256,
      refreshTokens,
    })
    due(endsAt)
    durable.catch(() => sessions.remove(guid))
    log.info({ capture: guid, tenant, entry }, 'a capture session was launched')
    return {
      guid,
      viewUrl: `${region.paymentOrigin}/session/${tenant}/view/${guid}/framed`,
      accessToken: viewTokens.issue(guid),
      refreshToken,
      paymentFormUrl: `${region.paymentOrigin}/pay/${guid}/${linkSecret}`,
      durable,
    }
  }
}
