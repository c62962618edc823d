import type { Guid } from '../../base/guid.ts'
import { betweenNodes, type Peers } from '../../nodes/peers.ts'
import { createRemoteVault } from '../../split/remote-vault.ts'
import type { VaultProvider } from '../../split/serve-vault.ts'
import type { VaultSessions } from '../../vault/model/vault-sessions.ts'

/** Has what is asked of a session done by the node that has it in memory. */
export function atOwner(
  provider: VaultProvider,
  { sessions, peers }: { readonly sessions: Pick<VaultSessions, 'find'>; readonly peers: Peers },
): VaultProvider {
  /** @throws {Problem} `provider-unavailable` */
  async function at(guid: Guid): Promise<VaultProvider> {
    const isHere = () => sessions.find(guid) !== undefined
    if (isHere()) return provider
    const owner = await peers.elsewhere(guid, isHere)
    if (owner === undefined) return provider
    if (owner === 'nobody') throw betweenNodes()
    return createRemoteVault(peers.ask(owner)).provider
  }

  return {
    ...provider,
    async launch(request) {
      const { providerSessionGuid: name } = request
      return (name ? await at(name) : provider).launch(request)
    },
    opened: async (guid) => (await at(guid)).opened(guid),
    callOff: async (guid) => (await at(guid)).callOff(guid),
    cancel: async (guid) => (await at(guid)).cancel(guid),
    closeView: async (guid) => (await at(guid)).closeView(guid),
    sendLink: async (guid, order) => (await at(guid)).sendLink(guid, order),
  }
}
