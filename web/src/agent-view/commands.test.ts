import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCommands } from './commands.ts'
import { scriptedFetch, viewState } from './test-view.ts'

async function send(answers: readonly (Response | Error)[], renewal: 'renewed' | 'lost' = 'renewed') {
  const { fetch, asked } = scriptedFetch(...answers)
  const tokens = { accessToken: () => 'access', renew: async () => renewal, stop: () => undefined }
  const answer = await createCommands({ path: '/view', tokens, fetch })({ command: 'pay' })
  return { answer, asked }
}

test('a command is answered with the state that it left', async () => {
  const { answer, asked } = await send([Response.json(viewState())])
  assert.deepEqual(answer, viewState())
  assert.equal(asked[0]?.url, '/view/commands')
  assert.equal(asked[0]?.init.body, '{"command":"pay"}')
})

test('a token that has run out is renewed and the command sent once more', async () => {
  const { answer, asked } = await send([new Response(null, { status: 401 }), Response.json(viewState())])
  assert.deepEqual(answer, viewState())
  assert.equal(asked.length, 2)
  const lost = await send([new Response(null, { status: 401 })], 'lost')
  assert.equal(lost.answer, 'failed')
  assert.equal(lost.asked.length, 1)
})

test('a command that came too late is refused, one that did not arrive has failed', async () => {
  assert.equal((await send([new Response(null, { status: 409 })])).answer, 'refused')
  assert.equal((await send([new Response(null, { status: 500 })])).answer, 'failed')
  assert.equal((await send([new TypeError('no network')])).answer, 'failed')
})
