import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestEngine } from '../calls/rtpengine/test-rtpengine.ts'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']

test('the engines of a platform are checked, each by its address; one that is gone is a failure', async (t) => {
  const { run, runJson, clock } = await startCli(t)
  const [one, other] = [await startTestEngine(t, clock), await startTestEngine(t, clock)]
  const urls = [one, other].flatMap(({ url }) => ['--url', url])
  await runJson('platform', 'create', 'sbc', ...books, '--kind', 'rtpengine', ...urls)
  const checked = await runJson('platform', 'check', 'sbc', ...books)
  assert.deepEqual([checked.platform, checked.engines, checked.inOrder], ['sbc', 2, true])
  assert.equal(checked.points.length, 10)
  other.kill()
  const failed = await run('platform', 'check', 'sbc', ...books)
  assert.equal(failed.code, 1)
  assert.match(failed.answer, new RegExp(`${new URL(one.url).host} +commands +in order`))
  assert.match(failed.answer, new RegExp(`${new URL(other.url).host} +commands +wrong +The port is closed`))
})

test('a platform that is steered by commands cannot be checked from here', async (t) => {
  const { run } = await startCli(t)
  await run('platform', 'create', 'pbx', ...books)
  const refused = await run('platform', 'check', 'pbx', ...books)
  assert.deepEqual([refused.code, refused.answer], [1, ''])
  assert.match(refused.complaint, /^pbx is not of kind rtpengine\. .*log says why/)
  assert.equal((await run('platform', 'check', 'none', ...books)).code, 1)
})
