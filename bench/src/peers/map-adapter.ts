/**
 * An adapter of oidc-provider that keeps everything in a `Map`, as quick as one can be. Its own in-memory adapter
 * keeps a thousand entries, and walks through all tokens of a grant at each that is added.
 */
export function createMapAdapter() {
  const stored = new Map<string, Record<string, unknown>>()
  return (model: string) => {
    const key = (id: string) => `${model} ${id}`
    return {
      upsert: async (id: string, payload: Record<string, unknown>) => void stored.set(key(id), payload),
      find: async (id: string) => stored.get(key(id)),
      consume: async (id: string) => {
        const payload = stored.get(key(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id: string) => void stored.delete(key(id)),
      revokeByGrantId: async (grantId: string) => {
        for (const [each, payload] of stored) if (payload.grantId === grantId) stored.delete(each)
      },
    }
  }
}
