import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { multimonHears } from '../../../deploy/telephony/lab/multimon.ts'
import { agentTalk, callerTalk } from '../../../deploy/telephony/lab/start-call.ts'
import { type Heard, pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { agentId, pan, settling, startLab, typed } from './test-lab.ts'

const skip = withoutLab()

for (const { name, keysAs, strict, processes } of [
  { name: 'as events', keysAs: 'event', strict: false, processes: 'one' },
  {
    name: 'as events, and the vault is a process of its own',
    keysAs: 'event',
    strict: false,
    processes: 'two',
  },
  { name: 'as tones in the audio', keysAs: 'tone', strict: false, processes: 'one' },
  { name: 'as both at once, in the strict mode', keysAs: 'both', strict: true, processes: 'one' },
] as const) {
  test(`a card that a caller types on a real call is charged, and the agent hears nothing of it: ${name}`, {
    skip,
    timeout: 180_000,
  }, async (t) => {
    const lab = await startLab(t, { strict, processes })
    const { caller, agent, calling, answering } = await lab.call(keysAs)
    /** What the agent hears while the caller types. */
    const agentHears = async (keys: string) => {
      await pause(settling)
      const since = performance.now()
      await caller.press(keys)
      await pause(settling)
      return agent.heard(since)
    }
    const isFound = (heard: Heard, keys: string) => {
      if (keysAs !== 'tone') assert.equal(heard.eventKeys, keys)
      if (keysAs !== 'event') assert.deepEqual([heard.toneKeys, multimonHears(heard.audio)], [keys, keys])
    }

    isFound(await agentHears('41'), '41')
    const { openSession, session } = await lab.openClient()
    const opened = await eventually(async () => {
      const answer = await openSession(agentId)
      return answer.status === 200 && answer
    })
    const { sessionGuid } = opened.json
    const { callGuid } = await session(sessionGuid)
    assert.equal((await lab.tell(callGuid))?.secured, true)
    const begun = performance.now()
    const blocked = await agentHears(typed)
    const ended = await eventually(async () => {
      const { sessionState, paymentResultData } = await session(sessionGuid)
      return sessionState === 'Finished' && paymentResultData
    })
    assert.equal(ended.paymentOutcome, 'approved', JSON.stringify(ended))
    assert.deepEqual(Object.values(lab.gateway.ledger.moved()), [{ currency: 'USD', held: 0, taken: 1240 }])
    assert.equal(blocked.eventPackets, 0)
    assert.deepEqual([blocked.toneKeys, multimonHears(blocked.audio)], ['', ''])

    await eventually(async () => (await lab.tell(callGuid))?.secured === false)
    const secured = agent.heard(begun)
    assert.equal(secured.eventPackets, 0, 'nothing came until the line was released')
    assert.deepEqual([secured.toneKeys, multimonHears(secured.audio)], ['', ''])
    assert.ok(secured.level(callerTalk) > 2_000, 'the caller was heard meanwhile')
    assert.ok(caller.heard(begun).level(agentTalk) > 3_000, 'and the agent')
    isFound(await agentHears('22'), '22')

    await calling.steer(1, 'MESSAGE')
    assert.deepEqual([await calling.ended(), await answering.ended()], [0, 0])
    await eventually(async () => (await lab.tell(callGuid)) === undefined)
    const places = { logs: Buffer.from(lab.written()), data: dataOf(lab.vault), api: dataOf(lab.api) }
    for (const [place, content] of Object.entries(places)) {
      assert.ok(!content.includes(pan.slice(0, 12)), `the beginning of the card number is in the ${place}`)
    }
    assert.doesNotMatch(lab.engine.said(), /DTMF event/, 'nor a single digit in that of rtpengine')
    assert.ok(places.logs.length > 10_000, 'the logs were talkative')
    t.diagnostic(
      `rtpengine ${/version (\S+)/.exec(lab.engine.said())?.[1]}, keys ${name}: ${typed.length} keys while secured; agent's leg: ${secured.audio.length / 8_000} s, ` +
        `0 event packets, no tone by either of two detectors; talk ${Math.round(secured.level(callerTalk))} and ` +
        `${Math.round(caller.heard(begun).level(agentTalk))}; ledger: one charge of 1240; logs searched: ${places.logs.length} bytes`,
    )
  })
}

const dataOf = ({
  data,
  files,
}: {
  readonly data: string
  readonly files: (names: readonly string[]) => Buffer
}) => files(readdirSync(data))
