import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { multimonHears } from '../../../deploy/telephony/lab/multimon.ts'
import { startKamailio } from '../../../deploy/telephony/lab/start-kamailio.ts'
import { pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { freePort } from '../harness/test-free-port.ts'
import { openAgentView } from './test-agent-view.ts'
import { agentId, pan, settling, startLab } from './test-lab.ts'

const skip = withoutLab()

test('a Call-ID that would be more than a name in what is told of its call is refused', {
  skip,
  timeout: 60_000,
}, async (t) => {
  const settings = { callsUrl: 'http://127.0.0.1:9/calls/v1', key: 'tgp_', rtpengine: 'udp:127.0.0.1:9' }
  const { options } = await startKamailio(t, { ...settings, agentsPort: await freePort() })
  assert.equal(await eventually(() => options("1-98!%*+()<>:/?{}[]-_.~`'@127.0.0.1")), 200)
  for (const callId of ['1","agentId":"other', '1\\u0022@127.0.0.1']) {
    assert.equal(await eventually(() => options(callId)), 400, callId)
  }
})

test('digits by SIP INFO reach the agent while no session listens, and else nobody but Tonegate', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const lab = await startLab(t)
  const { calling, answering } = await lab.call('event')
  const infosAtAgent = () => answering.messages().match(/^INFO sip:/gm)?.length ?? 0
  const { openSession } = await lab.openClient()
  const press = async (key: string) => {
    await calling.steer(1, 'NOTIFY', `Signal=${key}`)
    await pause(settling)
  }

  await press('5')
  await eventually(() => infosAtAgent() === 1)
  const opened = await eventually(async () => {
    const answer = await openSession(agentId)
    return answer.status === 200 && answer.json
  })
  const view = openAgentView(t, { origin: lab.vault.origin, cert: lab.tls.cert, opened })
  for (const key of `${pan}#`) await press(key)
  await view.shows(({ fields }) => fields.pan.state === 'complete')
  assert.equal(infosAtAgent(), 1, 'none but the first')
  await lab.vault.kill()
  await press('7')
  assert.equal(infosAtAgent(), 1, 'while Tonegate cannot be asked, none is passed on')
  await lab.vault.start()
  await calling.steer(1, 'MESSAGE')
  assert.deepEqual([await calling.ended(), await answering.ended()], [0, 0])
  assert.ok(!lab.written().includes(pan.slice(0, 12)))
  assert.doesNotMatch(
    lab.written(),
    /Signal=|5369676e616c3d/i,
    'no digit by itself, nor in the form that it is sent in',
  )
  t.diagnostic(
    `SIP INFO: 1 of 1 passed on before the session; ${pan.length + 1} of ${pan.length + 1} taken and 0 passed on in it; ` +
      '0 of 1 passed on while Tonegate was down',
  )
})

test('a call that Tonegate was not told of in time is told later; on hold the keys stay hidden', {
  skip,
  timeout: 240_000,
}, async (t) => {
  const lab = await startLab(t)
  await lab.vault.kill()
  const { caller, agent, calling, answering } = await lab.call('event')
  await eventually(() => lab.kamailio.said().includes('Tonegate was not told'))
  await lab.vault.start()
  const { openSession } = await lab.openClient()
  const opened = await eventually(async () => {
    const answer = await openSession(agentId)
    return answer.status === 200 && answer.json
  })
  const view = openAgentView(t, { origin: lab.vault.origin, cert: lab.tls.cert, opened })
  await pause(settling)
  const since = performance.now()
  await caller.press(pan.slice(0, 6))
  for (const direction of ['sendonly', 'sendrecv']) {
    await calling.steer(1, 'REFER', direction)
    await pause(settling)
    await caller.press(direction === 'sendonly' ? pan.slice(6, 10) : `${pan.slice(10)}#`)
  }
  await view.shows(({ fields }) => fields.pan.state === 'complete')
  const heard = agent.heard(since)
  assert.deepEqual([heard.eventPackets, heard.toneKeys, multimonHears(heard.audio)], [0, '', ''])
  await answering.steer(1, 'MESSAGE')
  await view.shows((state) => state.caller === 'hung-up')
  assert.deepEqual([await calling.ended(), await answering.ended()], [0, 0])
  t.diagnostic(
    `told by trying again after Tonegate was back; ${pan.length + 1} keys over two re-INVITEs (hold, resume), lost: 0, ` +
      'heard by the agent: 0; the end of the call was told',
  )
})
