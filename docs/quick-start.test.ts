import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'
import { blocksOf, runBlocks } from './test-blocks.ts'

const [start, token, open, keys, result, link, decline, refund, ...others] = blocksOf('quick-start.md').map(
  ({ code }) => code,
)

test('the commands of docs/quick-start.md take a payment, send a link, see a decline and refund', async (t) => {
  assert.deepEqual(others, [])
  // As in the README, whose test does it in a clone.
  assert.equal(start, 'npm ci && npm start\n')
  const { origin, tonegate } = await startTestTonegate(t)
  const folder = mkdtempSync(join(tmpdir(), 'tonegate-quick-start-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data/sandbox.json'), JSON.stringify(tonegate.sandbox))
  const mark = 'echo "== next"'
  const script = [token, open, keys, result, mark, link, mark, decline, mark, refund].join('\n')
  const [paid = '', sent = '', declined = '', refunded = ''] = (
    await runBlocks(script, { origin, folder })
  ).split('== next\n')
  assert.match(paid, /"paymentOutcome":"approved"/)
  assert.match(sent, /^http:\/\/127\.0\.0\.1:\d+\/pay\/\S+\n$/)
  assert.match(declined, /insufficient-funds\n$/)
  assert.equal(refunded, 'partially-refunded\n')
})
