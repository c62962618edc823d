import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'
import { blocksOf, runBlocks } from './test-blocks.ts'

const [command, answer, ...others] = blocksOf('migration-from-vonage.md').map(({ code }) => code)

test('the command of docs/migration-from-vonage.md gets a token, answered as the original does', async (t) => {
  assert.deepEqual([others, blocksOf('migration-from-pci-pal.md')], [[], []])
  const { origin, tonegate } = await startTestTonegate(t)
  const client = tonegate.sandbox?.regions.nam?.clients[0]
  const environment = { CLIENT_ID: client?.clientId ?? '', CLIENT_SECRET: client?.clientSecret ?? '' }
  const told = JSON.parse(await runBlocks(command ?? '', { origin, environment }))
  const shown = JSON.parse(answer ?? '')
  assert.deepEqual({ ...told, access_token: '' }, { ...shown, access_token: '' })
  assert.match(told.access_token, /^eyJ0eXAi/)
})
