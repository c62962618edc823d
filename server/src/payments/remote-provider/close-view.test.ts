import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { startRemote } from './test-remote-provider.ts'

for (const kind of ['tonegate', 'pci-pal'] as const) {
  test(`a session at ${kind} whose opener loses their access is ${kind === 'tonegate' ? 'cancelled there' : 'left, with a warning'}`, async (t) => {
    const { open, store, clock, provider, logged, tonegate } = await startRemote(t, { kind })
    const { sessionGuid } = await open()
    const clientId = parseGuid(tonegate.tonegate.sandbox?.regions.nam?.clients[0]?.clientId ?? '')
    assert.ok(clientId)
    const disable = store.prepare((db, p: { id: Guid; now: number }) =>
      db.updateTable('client').set({ disabled_at: p.now }).where('id', '=', p.id),
    )
    await store.write((tx) => disable.run(tx, { id: clientId, now: clock.now() }))
    const row = store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('payment_session').select(['state', 'agent_view']).where('guid', '=', p.guid),
    )
    const seen = await eventually(async () => {
      await clock.advance(500)
      const found = await row.first(store.reader, { guid: sessionGuid })
      return found?.agent_view === 'closed' && found
    })
    const cancelled = provider.got.filter(({ path }) => path.endsWith('/cancel')).length
    assert.equal(cancelled, kind === 'tonegate' ? 1 : 0)
    assert.equal(seen.state, kind === 'tonegate' ? 'Cancelled' : 'Created')
    const warned = logged('warn').filter((line) => line.includes('cannot be told to close'))
    assert.equal(warned.length, kind === 'tonegate' ? 0 : 1)
  })
}
