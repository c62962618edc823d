import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from '../test-cli.ts'

test('what was shown once is not lost where something fails afterwards', async (t) => {
  const { context, files, run, runJson } = await startCli(t)
  const clients = [{ name: 'orders', flows: ['client_credentials'], scopes: ['globalpci'] }]
  files.set('file', JSON.stringify({ accounts: [{ name: 'Quay', clients, platforms: [{ name: 'pbx' }] }] }))
  const failing = t.mock.method(context.platforms, 'create', async () => {
    throw new Error('the disk is full')
  })
  const { code, answer } = await run('apply', 'file')
  assert.equal(code, 1)
  assert.match(answer, /^failed +Error: the disk is full Apply the file again for what is missing\.$/m)
  assert.match(answer, /^Quay +client +orders +created +clientId \S+; clientSecret \S{40}$/m)
  assert.doesNotMatch(answer, /pbx/)
  failing.mock.restore()
  const { created, unchanged, points } = await runJson('apply', 'file')
  assert.deepEqual([created, unchanged, points.at(-1).name, points.at(-1).outcome], [1, 2, 'pbx', 'created'])
})
