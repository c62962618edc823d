import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportOpened } from './report-opened.ts'

/** A page that may be drawn ahead, or be in a tab that nobody looks at. */
function fakePage({ prerendering = false, hidden = false, failures = 0 } = {}) {
  const target = new EventTarget()
  const document = Object.assign(target, {
    prerendering,
    visibilityState: (hidden ? 'hidden' : 'visible') as DocumentVisibilityState,
  })
  const sent: string[] = []
  const pauses: number[] = []
  let left = failures
  const fetch = async (url: unknown, { method }: RequestInit = {}) => {
    sent.push(`${method} ${url}`)
    left -= 1
    if (left >= 0) throw new TypeError('no connection')
    return new Response('{}')
  }
  const reported = reportOpened('/pay/1/s', {
    document: document as never,
    fetch: fetch as typeof globalThis.fetch,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  })
  return { document, sent, pauses, reported, turn: () => new Promise((resolve) => setImmediate(resolve)) }
}

test('a page that is seen reports it once', async () => {
  const { sent, reported } = fakePage()
  await reported
  assert.deepEqual(sent, ['POST /pay/1/s/opened'])
})

test('a page that a browser draws ahead reports nothing before somebody comes to it', async () => {
  const { document, sent, reported, turn } = fakePage({ prerendering: true })
  document.dispatchEvent(new Event('visibilitychange'))
  await turn()
  assert.deepEqual(sent, [])
  document.prerendering = false
  document.dispatchEvent(new Event('prerenderingchange'))
  await reported
  assert.equal(sent.length, 1)
})

test('a page in a tab behind others reports nothing before it is looked at', async () => {
  const { document, sent, reported, turn } = fakePage({ hidden: true })
  await turn()
  assert.deepEqual(sent, [])
  document.visibilityState = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  await reported
  document.dispatchEvent(new Event('visibilitychange'))
  await turn()
  assert.equal(sent.length, 1)
})

test('a report that was lost is sent again, and given up in the end', async () => {
  const once = fakePage({ failures: 1 })
  await once.reported
  assert.deepEqual([once.sent.length, once.pauses], [2, [2_000]])
  const never = fakePage({ failures: 99 })
  await never.reported
  assert.equal(never.sent.length, 5)
})
