import assert from 'node:assert/strict'
import { test } from 'node:test'
import { launchOf, startVault } from '../../test-vault.ts'

test('a session and what is written alongside it are there together or not at all', async (t) => {
  const { vault, store, row } = await startVault(t)
  const probe = store.prepare((db, _: object) => db.selectFrom('store_probe').select('id'))
  const fails = await vault.launch(launchOf({}, {}))
  const written = fails.alongside(async () => {
    throw new Error('not written')
  })
  await assert.rejects(Promise.all([written, fails.durable]), /not written/)
  assert.equal(await row(fails.guid), undefined)
  assert.equal(vault.find(fails.guid), undefined)

  const launched = await vault.launch(launchOf({}, {}))
  const transactions: unknown[] = []
  await launched.alongside(async (tx) => {
    const seen = store.prepare((db, p: { guid: string }) =>
      db
        .selectFrom('capture_session')
        .select('guid')
        .where('guid', '=', p.guid as never),
    )
    transactions.push(await seen.first(tx, { guid: launched.guid }), await probe.first(store.reader, {}))
    assert.equal(await row(launched.guid), undefined, 'nobody else sees it before')
  })
  assert.equal(transactions.length, 2)
  assert.ok(transactions[0])
  assert.ok(await row(launched.guid))
})

test('what is asked for when the session is written is written after it', async (t) => {
  const { vault, row } = await startVault(t)
  const launched = await vault.launch(launchOf({}, {}))
  await launched.durable
  await launched.alongside(async () => {})
  assert.ok(await row(launched.guid))
})
