import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

test('keys are rotated: the new ones will sign, the old ones sign until then and are accepted after', async (t) => {
  const { run, runJson, clock } = await startCli(t)
  const states = async () =>
    (await runJson('keys', 'list'))
      .filter(({ algorithm }: { algorithm: string }) => algorithm === 'ES256')
      .map(({ state }: { state: string }) => state)
  assert.deepEqual(await states(), ['signs'])
  const rotated = await runJson('keys', 'rotate')
  assert.equal(rotated.length, 2)
  assert.deepEqual(await states(), ['will sign', 'signs'])
  await clock.advance(10 * 60_000)
  assert.deepEqual(await states(), ['signs', 'accepted'])
  assert.doesNotMatch((await run('keys', 'list')).answer, /sealed|private/)
})

test('compromised keys are gone within a second, and every token that they signed', async (t) => {
  const { run, signIn, letsIn, clock } = await startCli(t)
  const held = await signIn()
  assert.ok(await letsIn(held.accessToken))
  const { answer } = await run('keys', 'rotate', '--compromised')
  assert.match(answer, /refused within a second/)
  await clock.advance(1000)
  assert.equal(await letsIn(held.accessToken), false)
  assert.ok(await letsIn((await signIn()).accessToken))
})
