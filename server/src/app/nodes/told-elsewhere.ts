import type { Guid } from '../../base/guid.ts'
import type { Log } from '../../base/log.ts'
import type { Http } from '../../http/http.ts'
import type { Peers } from '../../nodes/peers.ts'
import type { Vault } from '../../vault/vault.ts'

const path = '/api/v1/nodes/told'

/** That a gateway has told something of a payment, for the node that has its session: it asks what it is. */
export const tellElsewhere =
  (peers: Peers, log: Log) =>
  (capture: Guid, idempotencyKey: string): void => {
    async function tell(): Promise<void> {
      const owner = await peers.elsewhere(capture)
      if (owner !== undefined && owner !== 'nobody') await peers.ask(owner)(path, { idempotencyKey })
    }
    tell().catch((error) =>
      log.warn({ err: error, capture }, 'another server could not be told of a payment; it asks by itself'),
    )
  }

/** The other side: {@link tellElsewhere}. */
export function serveTold(app: Http, vault: Pick<Vault, 'told'>): void {
  app.post<{ Body: { readonly idempotencyKey: string } }>(path, async ({ body }) => {
    vault.told(body.idempotencyKey)
    return {}
  })
}
