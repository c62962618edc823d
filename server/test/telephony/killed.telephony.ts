import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { multimonHears } from '../../../deploy/telephony/lab/multimon.ts'
import { pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { openAgentView } from './test-agent-view.ts'
import { agentId, pan, settling, startLab } from './test-lab.ts'

const skip = withoutLab()
const number = `${pan}#`
const month = '12'
const year = String(new Date().getFullYear() + 3).slice(-2)

/** A call on which the card number is complete, and the date half typed. */
async function startEntry(t: TestContext) {
  const lab = await startLab(t)
  const call = await lab.call('event')
  const { openSession, session } = await lab.openClient()
  const opened = await eventually(async () => {
    const answer = await openSession(agentId)
    return answer.status === 200 && answer.json
  })
  const view = openAgentView(t, { origin: lab.vault.origin, cert: lab.tls.cert, opened })
  await pause(settling)
  const since = performance.now()
  await call.caller.press(number)
  await view.shows(({ fields }) => fields.pan.state === 'complete' && fields.expiry.state === 'asked')
  await call.caller.press(month)
  await view.shows(({ fields }) => fields.expiry.state === 'entering')
  return {
    ...{ lab, call, view, since },
    /** Whether the call has ended, as far as Tonegate was told. */
    isOver: async () => (await lab.tell((await session(opened.sessionGuid)).callGuid)) === undefined,
    /** Types what is left, and resolves when it is paid. */
    async finish(date: string): Promise<void> {
      for (const keys of [date, '#', '737#', '1']) {
        await call.caller.press(keys)
        await pause(settling)
      }
      const ended = await eventually(async () => {
        const { sessionState, paymentResultData } = await session(opened.sessionGuid)
        return sessionState === 'Finished' && paymentResultData
      })
      assert.equal(ended.paymentOutcome, 'approved', JSON.stringify(ended))
      assert.deepEqual(Object.values(lab.gateway.ledger.moved()), [{ currency: 'USD', held: 0, taken: 1240 }])
    },
    /** No key has passed to the agent since the session was opened. */
    heardNothing(): number {
      const heard = call.agent.heard(since)
      assert.deepEqual(
        [heard.eventPackets, heard.toneKeys, multimonHears(heard.audio)],
        [0, '', ''],
        'the agent has heard keys',
      )
      return heard.audio.length / 8_000
    },
    async hangUp(): Promise<void> {
      await call.calling.steer(1, 'MESSAGE')
      assert.deepEqual([await call.calling.ended(), await call.answering.ended()], [0, 0])
      assert.ok(!lab.written().includes(pan.slice(0, 12)))
    },
  }
}

const warned = (view: { warnings(): readonly string[] }) => view.warnings().join(', ') || 'nothing'

test('Tonegate is killed in the middle of a date: the number is kept, the date is asked for again', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const { lab, call, view, finish, heardNothing, hangUp } = await startEntry(t)
  await lab.vault.kill()
  await call.caller.press('12')
  const killed = performance.now()
  await lab.vault.start()
  const state = await view.shows(
    ({ fields, warnings }) => fields.expiry.state === 'asked' && !warnings.includes('line-lost'),
  )
  const seconds = Math.round((performance.now() - killed) / 100) / 10
  assert.equal(state.fields.pan.state, 'complete', 'the number is kept')
  await pause(settling)
  await finish(`${month}${year}`)
  const heard = heardNothing()
  await hangUp()
  t.diagnostic(
    `kill -9 of Tonegate: ready again after ${seconds} s; kept: the number; the agent was told: ${warned(view)}; ` +
      `0 event packets and no tone in ${heard} s of the agent's leg; one charge`,
  )
})

test('rtpengine is killed in the middle of a date: no key is taken before it blocks again', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const { lab, call, view, finish, heardNothing, hangUp } = await startEntry(t)
  await lab.engine.kill()
  await view.shows(({ warnings }) => warnings.includes('line-lost'))
  await call.caller.press('55')
  await lab.engine.start()
  const started = performance.now()
  await call.calling.steer(1, 'REFER', 'sendrecv')
  await call.connect()
  const connected = performance.now()
  const state = await view.shows(({ warnings }) => !warnings.includes('line-lost'))
  const secured = performance.now()
  assert.equal(state.fields.pan.state, 'complete', 'the number is kept')
  assert.equal(state.fields.expiry.state, 'asked', 'the date is asked for again')
  await pause(settling)
  await finish(`${month}${year}`)
  const heard = heardNothing()
  await hangUp()
  t.diagnostic(
    `kill -9 of rtpengine: media again ${Math.round(connected - started)} ms after its start (a re-INVITE), secured ` +
      `${Math.round(secured - connected)} ms after that; kept: the number; the agent was told: ${warned(view)}; ` +
      `0 event packets and no tone in ${heard} s of the agent's leg; one charge`,
  )
})

test('Kamailio is killed in the middle of a date: the payment goes on, and the end of the call is told', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const { lab, view, finish, heardNothing, hangUp, isOver } = await startEntry(t)
  await lab.kamailio.kill()
  await finish(year)
  const heard = heardNothing()
  await lab.kamailio.start()
  await hangUp()
  await eventually(isOver)
  t.diagnostic(
    `kill -9 of Kamailio: lost: nothing; the agent was told: ${warned(view)}; its successor told that the call ended; ` +
      `0 event packets and no tone in ${heard} s of the agent's leg; one charge`,
  )
})
