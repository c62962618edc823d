import { betweenNodes, type Peers } from '../../nodes/peers.ts'
import type { OpenElsewhere } from '../../vault/agent-view/distant-view.ts'

/** The events of a view at the node that has its session. */
export const viewElsewhere =
  (peers: Peers): OpenElsewhere =>
  async (guid, { path, accessToken }) => {
    const owner = await peers.elsewhere(guid)
    if (owner === undefined) return undefined
    if (owner === 'nobody') throw betweenNodes()
    const body = await peers
      .read(owner, `${path}/events`, { authorization: `Bearer ${accessToken}` })
      .catch(() => {
        throw betweenNodes()
      })
    return { status: body.statusCode ?? 502, body }
  }
