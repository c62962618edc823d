import type { Store } from '../../../store/store.ts'
import type { FollowUpMemory } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'

/** What is remembered of an order, in its row: every process that asks for it knows of the others. */
export function createFollowUpMemory(
  { store, rows }: { readonly store: Store; readonly rows: VaultRows },
  key: string,
): FollowUpMemory {
  let seen: number | null = null
  return {
    async askedAt() {
      seen = (await rows.followUpAsked.first(store.reader, { key }))?.asked_at ?? null
      return seen ?? undefined
    },
    async asks(now) {
      const changes = await store.write((tx) => rows.askFollowUp.run(tx, { key, seen, now }))
      if (changes === 0) throw new AskedByAnother()
      seen = now
    },
    async forget() {
      await store.write((tx) => rows.forgetAsked.run(tx, { key, seen }))
    },
  }
}

/** It has been asked for by another process, or answered, since its row was read. */
class AskedByAnother extends Error {
  constructor() {
    super('Another process asks for it.')
    this.name = 'AskedByAnother'
  }
}
