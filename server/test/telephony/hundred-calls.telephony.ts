import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { multimonHears } from '../../../deploy/telephony/lab/multimon.ts'
import { pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { settling, startLab } from './test-lab.ts'

const count = 100
const rest = `#12${String(new Date().getFullYear() + 3).slice(-2)}#737#1`

test('a hundred callers type their cards at once: each is charged, no key is lost, and no agent hears one', {
  skip: withoutLab(),
  timeout: 400_000,
}, async (t) => {
  const lab = await startLab(t)
  const cards = Array.from({ length: count }, (_, index) => cardNumber(index))
  assert.equal(new Set(cards).size, count)
  const { calls, calling, answering } = await lab.calls(cards.map((_, index) => `agent${index}`))
  const { openSession, session } = await lab.openClient()
  const sessions: string[] = []
  for (const [index] of cards.entries()) {
    const opened = await eventually(async () => {
      const answer = await openSession(`agent${index}`)
      return answer.status === 200 && answer.json
    })
    sessions.push(opened.sessionGuid)
  }
  await pause(settling)

  const since = performance.now()
  const cpu = cpuSeconds(lab.engine.pid ?? 0)
  await Promise.all(calls.map(({ caller }, index) => caller?.press(`${cards[index]}${rest}`)))
  const seconds = (performance.now() - since) / 1000
  const used = cpuSeconds(lab.engine.pid ?? 0) - cpu
  for (const guid of sessions) {
    const ended = await eventually(async () => {
      const { sessionState, paymentResultData } = await session(guid)
      return sessionState === 'Finished' && paymentResultData
    })
    assert.equal(ended.paymentOutcome, 'approved')
  }
  const charged = lab.gateway.carriedOut.map(({ body }) => JSON.parse(body.toString()).card?.number)
  assert.deepEqual(charged.toSorted(), cards.toSorted(), 'each card as it was typed, once')
  assert.equal(Object.keys(lab.gateway.ledger.moved()).length, count)

  let heardSeconds = 0
  for (const [index, { agent }] of calls.entries()) {
    const heard = agent?.heard(since)
    assert.ok(heard && heard.audio.length > 8_000, `agent ${index} heard the caller`)
    assert.deepEqual(
      [heard.eventPackets, heard.toneKeys, multimonHears(heard.audio)],
      [0, '', ''],
      `${index}`,
    )
    heardSeconds += heard.audio.length / 8_000
  }
  for (const [index] of cards.entries()) await calling.steer(index + 1, 'MESSAGE')
  assert.deepEqual([await calling.ended(), await answering.ended()], [0, 0])
  const written = lab.written()
  for (const card of cards) assert.ok(!written.includes(card.slice(0, 12)), 'no card number is in a log')
  const keys = cards.join('').length + count * rest.length
  t.diagnostic(
    `${count} calls at once, ${keys} keys in ${seconds.toFixed(1)} s, lost: 0; ${count} charges, each of the card that was ` +
      `typed; 0 event packets and no tone in ${Math.round(heardSeconds)} s of ${count} agents' legs; rtpengine: ` +
      `${Math.round((100 * used) / seconds)} % of a core; logs searched: ${written.length} bytes`,
  )
})

/** A valid number that is like no other one. */
function cardNumber(index: number): string {
  const digits = `453201${String(578_309_641 + index * 7_654_321).slice(-9)}`
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

const ticksPerSecond = 100

/** What a process has used. */
function cpuSeconds(pid: number): number {
  const [user = 0, system = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / ticksPerSecond
}
