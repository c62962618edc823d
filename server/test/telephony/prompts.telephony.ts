import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { withoutLab } from '../../../deploy/telephony/lab/missing-programs.ts'
import { agentTalk, callerTalk } from '../../../deploy/telephony/lab/start-call.ts'
import { makeWorkFolder } from '../../../deploy/telephony/lab/work-folder.ts'
import type { Samples } from '../../src/calls/rtpengine/test-goertzel.ts'
import { type Heard, pause } from '../../src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../harness/test-eventually.ts'
import { agentId, pan, settling, startLab } from './test-lab.ts'

const script = fileURLToPath(new URL('../../../deploy/telephony/make-prompts.mjs', import.meta.url))
const year = String(new Date().getFullYear() + 3).slice(-2)

/** A call, whose caller is told what to do from now on. */
async function startSpokenCall(t: TestContext) {
  const folder = await makeWorkFolder(t)
  execFileSync(process.execPath, [script, folder, '--languages', 'en'], { timeout: 120_000 })
  const prompt = (key: string) => readWav(join(folder, 'en', `${key}.wav`))
  const lab = await startLab(t, { prompts: folder })
  const call = await lab.call('event')
  const { openSession, session } = await lab.openClient()
  const { sessionGuid, iframeUrl, agentAccessToken } = await eventually(async () => {
    const answer = await openSession(agentId)
    return answer.status === 200 && answer.json
  })
  const opened = performance.now()
  const view = await lab.vault.send('GET', new URL(iframeUrl).pathname, {
    headers: { 'x-bearer-token': agentAccessToken },
  })
  assert.equal(view.status, 200)
  const heardAs = new Map<string, number>()
  return {
    ...{ lab, ...call, prompt, opened },
    /** How much like itself the caller has heard each prompt. */
    heardAs,

    /** Resolves when the caller has heard so much of a prompt as tells it from others. */
    async callerHears(key: string, since: number): Promise<void> {
      const likeness = () => likenessOf(call.caller.heard(since).audio, prompt(key), asLoud)
      heardAs.set(key, await eventually(() => likeness() > 0.9 && likeness()))
    },

    async paid(): Promise<void> {
      const ended = await eventually(async () => {
        const { sessionState, paymentResultData } = await session(sessionGuid)
        return sessionState === 'Finished' && paymentResultData
      })
      assert.equal(ended.paymentOutcome, 'approved', JSON.stringify(ended))
    },

    async hangUp(): Promise<void> {
      await call.calling.steer(1, 'MESSAGE')
      assert.deepEqual([await call.calling.ended(), await call.answering.ended()], [0, 0])
    },
  }
}

test('the caller of a real call hears each prompt, the agent none of them, and a key interrupts it', {
  skip: withoutLab(),
  timeout: 240_000,
}, async (t) => {
  const { lab, caller, agent, prompt, opened, heardAs, callerHears, paid, hangUp } = await startSpokenCall(t)
  await callerHears('card-number', opened)
  const during = await heardNext(caller, 300)
  assert.deepEqual([during.sources, during.level(agentTalk) < 3_000], [1, true], 'nobody speaks through it')
  assert.ok((await heardNext(agent, 300)).level(callerTalk) > 2_000, 'the agent hears the caller meanwhile')

  const typed = performance.now()
  await caller.press(pan.slice(0, 1))
  await pause(settling)
  const hushed = await heardNext(caller, 600)
  assert.deepEqual(
    [hushed.sources, hushed.level(agentTalk) > 3_000],
    [1, true],
    'a key lets the agent be heard',
  )
  assert.ok(seconds(prompt('card-number')) > (performance.now() - opened) / 1_000, 'in the middle of it')

  for (const [keys, key] of [
    [`${pan.slice(1)}#`, 'expiry-date'],
    [`12${year}`, 'security-code'],
    ['737#', 'confirm'],
    ['1', 'approved'],
  ] as const) {
    const since = performance.now()
    await caller.press(keys)
    await callerHears(key, since)
  }
  await paid()
  await eventually(() => caller.heard(performance.now() - 400).level(agentTalk) > 3_000)
  await hangUp()

  const { audio, eventPackets, toneKeys } = agent.heard(opened)
  assert.deepEqual([eventPackets, toneKeys], [0, ''])
  for (const key of heardAs.keys()) {
    const likeness = likenessOf(audio, prompt(key), any)
    assert.ok(likeness < 0.3, `the agent has heard ${key}: ${likeness}`)
  }
  const leaked = prompt('confirm').map((sample, at) => sample + (audio[at] ?? 0))
  assert.ok(likenessOf(leaked, prompt('confirm'), any) > 0.5, 'it would be found, if it came through')
  assert.doesNotMatch(lab.written(), /prompt not played/)
  t.diagnostic(
    `${heardAs.size} prompts by espeak-ng, as heard by the caller: ` +
      `${[...heardAs].map(([key, likeness]) => `${key} ${likeness.toFixed(2)}`).join(', ')} of 1; by the agent in ` +
      `${Math.round(seconds(audio))} s: none; a key interrupted the first after ` +
      `${((typed - opened) / 1_000).toFixed(1)} s of ${seconds(prompt('card-number')).toFixed(1)} s`,
  )
})

/** What one side hears from now on, for a while. */
async function heardNext(
  side: { readonly heard: (since: number) => Heard },
  milliseconds: number,
): Promise<Heard> {
  const since = performance.now()
  await pause(milliseconds)
  return side.heard(since)
}

const headerLength = 44

const readWav = (file: string): Samples => {
  const bytes = readFileSync(file)
  return Array.from({ length: (bytes.length - headerLength) / 2 }, (_, n) =>
    bytes.readInt16LE(headerLength + 2 * n),
  )
}

const seconds = (samples: Samples): number => samples.length / 8_000

const begin = 1_600
const length = 4_000

/** Which windows of what is heard are compared: those that are about as loud as the prompt, by the ratio of power, or any. */
const asLoud = (ratio: number): boolean => ratio > 0.8 && ratio < 1.25
const any = (): boolean => true

/** How much of what is heard is like the beginning of a prompt, wherever it stands there: 1 is all. */
function likenessOf(heard: Samples, prompt: Samples, isCompared: (ratio: number) => boolean): number {
  const wanted = Float64Array.from(prompt.slice(begin, begin + length))
  const all = Float64Array.from(heard)
  const wantedPower = powerOf(wanted)
  let power = powerOf(all.subarray(0, length))
  let best = 0
  for (let at = 0; at + length <= all.length; at += 1) {
    if (isCompared(power / wantedPower)) {
      best = Math.max(best, productOf(wanted, all, at) / Math.sqrt(wantedPower * power + 1))
    }
    power += (all[at + length] ?? 0) ** 2 - (all[at] ?? 0) ** 2
  }
  return best
}

const powerOf = (samples: Float64Array): number => productOf(samples, samples, 0)

function productOf(wanted: Float64Array, all: Float64Array, at: number): number {
  let sum = 0
  for (let n = 0; n < wanted.length; n += 1) sum += (wanted[n] ?? 0) * (all[at + n] ?? 0)
  return sum
}
