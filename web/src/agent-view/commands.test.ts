import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCommands } from './commands.ts'
import { createServerClock } from './server-clock.ts'
import { scriptedFetch, viewState } from './test-view.ts'

function start(
  answers: readonly (Response | Error | 'never')[],
  renewals: readonly ('renewed' | 'lost')[] = ['renewed'],
  renewalMilliseconds = 4_000,
) {
  const { fetch, asked } = scriptedFetch(...answers)
  const left = [...renewals]
  let elapsed = 0
  const clock = createServerClock(1_000_000, () => elapsed)
  const tokens = {
    accessToken: () => 'access',
    async renew() {
      elapsed += renewalMilliseconds
      clock.set(2_000_000)
      return left.shift() ?? 'lost'
    },
    onRenewed: () => undefined,
    stop: () => undefined,
  }
  return { send: createCommands({ path: '/view', tokens, clock, fetch }), asked }
}

async function send(...parts: Parameters<typeof start>) {
  const { send, asked } = start(...parts)
  return { answer: await send({ command: 'pay' }), asked }
}

test('a command is answered with the state that it left', async () => {
  const { answer, asked } = await send([Response.json(viewState())])
  assert.deepEqual(answer, viewState())
  assert.equal(asked[0]?.url, '/view/commands')
  assert.equal(asked[0]?.init.body, '{"command":"pay","until":1015000}')
  assert.equal(asked[0]?.init.within, 15_000)
})

test('a token that has run out is renewed and the command sent once more', async () => {
  const { answer, asked } = await send([new Response(null, { status: 401 }), Response.json(viewState())])
  assert.deepEqual(answer, viewState())
  assert.deepEqual(
    asked.map(({ init }) => [JSON.parse(String(init.body)).until, init.within]),
    [
      [1_015_000, 15_000],
      [2_011_000, 11_000],
    ],
  )
  const lost = await send([new Response(null, { status: 401 })], ['lost'])
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

test('a command without an answer ends after fifteen seconds, and is not sent again by itself', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { send, asked } = start(['never'])
  const answer = send({ command: 'pay' })
  t.mock.timers.tick(15_000)
  assert.deepEqual(await answer, { refused: 'failed' })
  assert.equal(asked.length, 1)
})

test('a button that is pressed again before its answer is one command; another button is another', async () => {
  const { send, asked } = start([Response.json(viewState()), Response.json(viewState())])
  const answers = await Promise.all([
    send({ command: 'pay' }),
    send({ command: 'pay' }),
    send({ command: 'cancel' }),
  ])
  assert.deepEqual(answers, [viewState(), viewState(), viewState()])
  assert.deepEqual(
    asked.map(({ init }) => JSON.parse(String(init.body)).command),
    ['pay', 'cancel'],
  )
})

const late = () => Response.json({ type: 'https://api.example.com/errors#command-late' }, { status: 409 })

test('a page that has slept learns the time, and its command is sent once more while the agent waits', async () => {
  const { send, asked } = start([late(), Response.json(viewState())])
  assert.deepEqual(await send({ command: 'pay' }), viewState())
  assert.deepEqual(
    asked.map(({ init }) => [JSON.parse(String(init.body)).until, init.within]),
    [
      [1_015_000, 15_000],
      [2_011_000, 11_000],
    ],
  )
})

test('a command that comes too late again, or after its time, is said to have done nothing', async () => {
  const again = start([late(), late()])
  assert.deepEqual(await again.send({ command: 'pay' }), { refused: 'late' })
  assert.equal(again.asked.length, 2)
  const lost = start([late()], ['lost'])
  assert.deepEqual(await lost.send({ command: 'pay' }), { refused: 'late' })
  const slow = start([late()], ['renewed'], 15_000)
  assert.deepEqual(await slow.send({ command: 'pay' }), { refused: 'late' })
  assert.equal(slow.asked.length, 1)
})

test('a command that did not arrive, or whose answer is no problem of ours, has failed', async () => {
  for (const answer of [new Response('<h1>Bad gateway</h1>', { status: 502 }), new TypeError('no network')]) {
    assert.deepEqual((await send([answer])).answer, { refused: 'failed' })
  }
})
