import assert from 'node:assert/strict'
import { test } from 'node:test'
import { followPayment } from './follow.ts'

test('a payment is followed until it stands elsewhere, over lost connections too', async () => {
  const answers = [
    Response.json({ state: 'processing' }),
    new TypeError('Failed to fetch'),
    new Response('', { status: 502 }),
    Response.json({ state: 'over' }),
  ]
  const asked: string[] = []
  const pauses: number[] = []
  await followPayment(
    { kind: 'follow', path: '/pay/1/x', state: 'processing' },
    {
      async fetch(url, { within }) {
        asked.push(`${url} ${within}`)
        const answer = answers.shift()
        if (!answer || answer instanceof Error) throw answer
        return answer
      },
      pause: async (milliseconds) => void pauses.push(milliseconds),
    },
  )
  assert.deepEqual(new Set(asked), new Set(['/pay/1/x/state?wait=processing 30000']))
  assert.deepEqual([asked.length, pauses], [4, [250, 2_000, 2_000]])
})
