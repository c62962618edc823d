import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PageState, SubmitAnswer } from '@tonegate/protocol/payment-page-data'
import { createSubmitCard } from './submit-card.ts'

const card = new URLSearchParams({ cardNumber: '4111111111111111' })
const lost = new TypeError('Failed to fetch')
const state = (value: PageState) => Response.json({ state: value })

/** Submits once, with these answers to what is asked one after the other. */
async function submit(answers: readonly (Response | Error)[], isOnline = true) {
  const asked: { readonly url: string; readonly body: string }[] = []
  const limits: number[] = []
  const pauses: number[] = []
  let unknown = 0
  const submitted = await createSubmitCard({
    path: '/pay/1/x',
    async fetch(url, init) {
      const answer = answers[asked.length]
      asked.push({ url, body: String(init.body) })
      limits.push(init.within)
      if (!answer) throw new Error('asked too often')
      if (answer instanceof Error) throw answer
      return answer
    },
    newSubmission: () => 'a'.repeat(32),
    isOnline: () => isOnline,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    unknown: () => {
      unknown += 1
    },
  })(card)
  return { submitted, asked, pauses, unknown, limits }
}

test('what the server answers is what became of the form', async () => {
  const refused: SubmitAnswer = { kind: 'refused', errors: { pan: 'invalid-card-type' }, advice: 'Again.' }
  assert.deepEqual(
    await submit([Response.json(refused, { status: 422 })]).then((it) => it.submitted),
    refused,
  )
  const { submitted, asked, unknown } = await submit([Response.json({ kind: 'done' })])
  assert.deepEqual([submitted, unknown], [{ kind: 'done' }, 0])
  assert.deepEqual(asked, [
    { url: '/pay/1/x', body: `cardNumber=4111111111111111&submission=${'a'.repeat(32)}` },
  ])
})

test('without a connection nothing is sent', async () => {
  const { submitted, asked } = await submit([], false)
  assert.deepEqual([submitted, asked], [{ kind: 'not-sent' }, []])
})

test('a lost answer leads to a question, and never to a second form', async () => {
  for (const answer of [lost, new Response('', { status: 503 }), new Response('<html>', { status: 200 })]) {
    const { submitted, asked, unknown } = await submit([answer, state('open')])
    assert.deepEqual([submitted, unknown], [{ kind: 'not-paid' }, 1])
    assert.deepEqual(asked.slice(1), [
      { url: '/pay/1/x/state', body: JSON.stringify({ submission: 'a'.repeat(32) }) },
    ])
  }
  for (const known of ['processing', 'challenge', 'over'] as const) {
    assert.deepEqual((await submit([lost, state(known)])).submitted, { kind: 'done' })
  }
})

test('as long as nobody answers it is asked again, more and more slowly', async () => {
  const silence = [lost, new Response('', { status: 502 }), lost, lost, lost, lost]
  const { submitted, asked, pauses, limits } = await submit([lost, ...silence, state('over')])
  assert.deepEqual(submitted, { kind: 'done' })
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 8_000, 8_000])
  assert.deepEqual(new Set(limits), new Set([20_000, 10_000]))
  assert.equal(asked.filter(({ url }) => url === '/pay/1/x').length, 1)
})
