import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTypingReports } from './typing-reports.ts'

function start(
  answers: (count: number) => Response | Promise<Response> = () => new Response(null, { status: 204 }),
) {
  const sent: unknown[] = []
  const timers: (() => void)[] = []
  let elsewhere = 0
  const report = createTypingReports({
    path: '/pay/1/x',
    async fetch(url, init) {
      assert.equal(url, '/pay/1/x/typing')
      assert.equal(init.keepalive, true)
      assert.equal(init.within, 10_000)
      sent.push(JSON.parse(String(init?.body)))
      return answers(sent.length)
    },
    after(milliseconds, callback) {
      assert.equal(milliseconds, 250)
      timers.push(callback)
    },
    elsewhere: () => {
      elsewhere += 1
    },
  })
  return {
    report,
    sent,
    pass: () => timers.splice(0).forEach((timer) => void timer()),
    elsewhere: () => elsewhere,
  }
}

test('the first count goes at once, then the latest of each field, one every quarter of a second', () => {
  const { report, sent, pass } = start()
  report({ field: 'pan', digits: 1 })
  for (let digits = 2; digits <= 16; digits += 1) report({ field: 'pan', digits })
  report({ field: 'expiry', digits: 1 })
  assert.deepEqual(sent, [{ field: 'pan', digits: 1 }])
  pass()
  assert.deepEqual(sent.slice(1), [{ field: 'pan', digits: 16 }])
  pass()
  assert.deepEqual(sent.slice(2), [{ field: 'expiry', digits: 1 }])
  pass()
  assert.equal(sent.length, 3)
  report({ field: 'expiry', digits: 2 })
  assert.deepEqual(sent.slice(3), [{ field: 'expiry', digits: 2 }])
})

test('a report that does not arrive is not missed; one that comes too late is heard of', async () => {
  const { report, pass, elsewhere } = start((count) =>
    count === 1 ? Promise.reject(new TypeError('Failed to fetch')) : Response.json({ state: 'over' }),
  )
  report({ field: 'pan', digits: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(elsewhere(), 0)
  pass()
  report({ field: 'pan', digits: 2 })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(elsewhere(), 1)
})
