import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createBars, type ProgressBar } from './progress-bar.ts'

/** What a terminal, or something else, is written while a bar is used; the clock stands at `at.now`. */
async function written(
  isTTY: boolean,
  all: number | undefined,
  use: (bar: ProgressBar, at: { now: number }) => void,
): Promise<string> {
  const at = { now: 0 }
  const stream = Object.assign(new PassThrough(), { isTTY })
  use(createBars(stream, { elapsed: () => at.now })(all, 'rows'), at)
  stream.end()
  return text(stream)
}

test('a bar is one line with what is done of all, how fast, and how long it will take; it is wiped at the end', async () => {
  const use = (bar: ProgressBar, at: { now: number }) => {
    bar.advance(100)
    at.now = 1_000
    bar.advance(2_400, 'payment_session')
    at.now = 1_100
    bar.advance(500)
    at.now = 2_000
    bar.advance(2_000, 'audit_entry')
    bar.end()
  }
  assert.deepEqual((await written(true, 10_000, use)).split('\r\u001b[K'), [
    '',
    '[#####---------------] 25 %  2,500 of 10,000 rows  2,500/s  3 s left  payment_session',
    '[##########----------] 50 %  5,000 of 10,000 rows  2,500/s  2 s left  audit_entry',
    '',
  ])
  assert.equal(await written(false, 10_000, use), '', 'what is piped on has nothing of it')
})

test('where nobody knows how many there are, or there are more, the rest is shown', async () => {
  const use = (bar: ProgressBar, at: { now: number }) => {
    at.now = 2_000
    bar.advance(3_000)
  }
  for (const all of [undefined, 2_999])
    assert.equal(await written(true, all, use), '\r\u001b[K3,000 rows  1,500/s')
  assert.match(await written(true, 900_000, use), /10 min left$/)
})

test('where a share of a file is known, it is drawn, without a count of all', async () => {
  const use = (bar: ProgressBar, at: { now: number }) => {
    at.now = 1_000
    bar.advance(400, 'payment_session', 0.25)
  }
  assert.equal(
    await written(true, undefined, use),
    '\r\u001b[K[#####---------------] 25 %  400 rows  400/s  3 s left  payment_session',
  )
})
