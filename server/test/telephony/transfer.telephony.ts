import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { multimonHears } from '../../../deploy/telephony/lab/multimon.ts'
import { pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { openAgentView } from './test-agent-view.ts'
import { agentId, pan, settling, startLab, typed } from './test-lab.ts'

test('a caller who is replaced by another call (REFER with Replaces) keeps the session and what is complete', {
  skip: withoutLab(),
  timeout: 240_000,
}, async (t) => {
  const lab = await startLab(t)
  const { caller, calling, answering, takeOver } = await lab.call('event', 1)
  const { openSession, session } = await lab.openClient()
  const opened = await eventually(async () => {
    const answer = await openSession(agentId)
    return answer.status === 200 && answer.json
  })
  const view = openAgentView(t, { origin: lab.vault.origin, cert: lab.tls.cert, opened })
  await pause(settling)
  await caller.press(`${pan}#`)
  await view.shows(({ fields }) => fields.pan.state === 'complete' && fields.expiry.state === 'asked')

  const further = await takeOver()
  await view.shows(({ warnings }) => view.warnings().includes('line-lost') && !warnings.includes('line-lost'))
  await calling.steer(1, 'MESSAGE')
  assert.equal(await calling.ended(), 0)
  await pause(settling)
  const since = performance.now()
  for (const keys of typed.slice(pan.length + 1).split(/(?<=#)/)) {
    await further.caller.press(keys)
    await pause(settling)
  }
  const ended = await eventually(async () => {
    const { sessionState, paymentResultData } = await session(opened.sessionGuid)
    return sessionState === 'Finished' && paymentResultData
  })
  assert.equal(ended.paymentOutcome, 'approved', JSON.stringify(ended))
  assert.ok(further.agent)
  const heard = further.agent.heard(since)
  assert.deepEqual([heard.eventPackets, heard.toneKeys, multimonHears(heard.audio)], [0, '', ''])
  assert.equal(view.states.at(-1)?.caller, 'on-call')
  await further.calling.steer(1, 'MESSAGE')
  assert.deepEqual([await further.calling.ended(), await answering.ended()], [0, 0])
  assert.ok(!lab.written().includes(pan.slice(0, 12)))
  t.diagnostic(
    `a second call took the place of the first; kept: the number; the agent was told: ${view.warnings().join(', ')}; ` +
      `0 event packets and no tone in ${heard.audio.length / 8_000} s of the agent's new leg; one payment`,
  )
})
