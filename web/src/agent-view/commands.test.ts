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
  assert.deepEqual(lost.answer, { refused: 'failed' })
  assert.equal(lost.asked.length, 1)
})

test('why a command was not obeyed is read from the type of the problem', async () => {
  const answered = async (status: number, type: string) =>
    (await send([Response.json({ type }, { status })])).answer
  const page = 'https://nam.api.example.com/globalpci/errors#'
  assert.deepEqual(await answered(409, `${page}not-possible-now`), { refused: 'not-now' })
  assert.deepEqual(await answered(409, `${page}session-ended`), { refused: 'not-now' })
  assert.deepEqual(await answered(400, `${page}invalid-request`), { refused: 'address' })
  assert.deepEqual(await answered(502, `${page}link-not-sent`), { refused: 'not-sent' })
  assert.deepEqual(await answered(403, `${page}view-closed`), { refused: 'closed' })
  const quota = 'https://iana.org/assignments/http-problem-types#quota-exceeded'
  assert.deepEqual(await answered(429, quota), { refused: 'too-often' })
  assert.deepEqual(await answered(500, `${page}internal-error`), { refused: 'failed' })
})

test('a command that did not arrive, or whose answer is no problem of ours, has failed', async () => {
  for (const answer of [new Response('<h1>Bad gateway</h1>', { status: 502 }), new TypeError('no network')]) {
    assert.deepEqual((await send([answer])).answer, { refused: 'failed' })
  }
})
