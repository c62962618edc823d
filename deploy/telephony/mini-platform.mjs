#!/usr/bin/env node
// A telephone platform in one file, without a dependency: everything that a bridge between a phone system and Tonegate
// has to do (docs/contract/calls.md). The "phone system" is this terminal: who types `call agent7` is a caller whom
// agent7 answers, who types `keys 4111` presses keys, and the screen shows what the agent would hear.
//
//   TONEGATE_CALLS_URL=http://127.0.0.1:8080/calls/v1 TONEGATE_PLATFORM_KEY=tgp_… node mini-platform.mjs
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'

const base = process.env.TONEGATE_CALLS_URL ?? 'http://127.0.0.1:8080/calls/v1'
const key = process.env.TONEGATE_PLATFORM_KEY ?? ''
const authorization = `Bearer ${key}`
const hour = 3_600_000

/** The calls of this phone system by their ids, and whether their keys are kept from the agent. */
const calls = new Map()
let latest

const show = (line) => console.log(line)

async function send(method, path, body) {
  const answer = await fetch(base + path, {
    method,
    headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : JSON.parse(text) }
}

/** Step 1: say which agent is on which call, and say it again now and then: a silent call is forgotten after 12 hours. */
const report = (callGuid, agentId, more = {}) => send('PUT', `/calls/${callGuid}`, { agentId, ...more })

setInterval(() => {
  for (const [callGuid, { agentId }] of calls) report(callGuid, agentId).catch(() => {})
}, hour).unref()

/** Step 2: read the commands, do each, and only then confirm it. What is not confirmed within two seconds has failed. */
async function readCommands() {
  for (let last = ''; ; ) {
    try {
      const headers = { authorization, ...(last && { 'last-event-id': last }) }
      const answer = await fetch(`${base}/commands`, { headers })
      if (!answer.ok) throw new Error(`Tonegate answered ${answer.status}`)
      show('connected')
      for await (const { id, data } of eventsOf(answer.body)) {
        last = id
        if (carryOut(JSON.parse(data))) await send('POST', `/commands/${id}`)
      }
    } catch (error) {
      show(`the commands cannot be read: ${error.cause?.code ?? error.message}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

/** @returns whether it was done. */
function carryOut({ type, callGuid, text }) {
  const call = calls.get(callGuid)
  if (!call) return false
  if (type === 'call.secure') Object.assign(call, { secured: true, sequence: 0 })
  if (type === 'call.release') call.secured = false
  if (type === 'recording.pause' || type === 'recording.resume') call.recorded = type === 'recording.resume'
  show(type === 'call.say' ? `the caller hears: ${text}` : type)
  return true
}

/** Step 3: while the line is secured, keys go to Tonegate and to nobody else: not to the agent, not to a recording or a log. */
async function press(callGuid, keys) {
  const call = calls.get(callGuid)
  if (!call?.secured) return show(`the agent hears: ${keys}`)
  const { sequence } = call
  call.sequence += keys.length
  const { status } = await untilAnswered(() => send('POST', `/calls/${callGuid}/keys`, { keys, sequence }))
  show(status === 200 ? 'the agent hears nothing' : `not taken: ${status}`)
}

/** What was sent may have arrived although no answer came: with its sequence it is taken once, however often it is sent. */
async function untilAnswered(request) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await request()
    } catch (error) {
      if (tries === 5) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}

async function* eventsOf(body) {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = Object.fromEntries(text.slice(0, end).split('\n').map(memberOf))
      text = text.slice(end + 2)
      if (event.data) yield event
    }
  }
}

function memberOf(line) {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 2)]
}

/** The phone system itself. */
const words = {
  async call(agentId) {
    const callGuid = randomUUID()
    calls.set(callGuid, { agentId, secured: false, sequence: 0 })
    const { status, body } = await report(callGuid, agentId)
    latest = callGuid
    show(status === 200 ? `call ${callGuid}` : `refused: ${body.detail}`)
  },
  keys: (keys) => press(latest, keys),
  /** Tones are heard in the audio, which this phone system cannot keep from the agent. */
  tones: () => send('POST', `/calls/${latest}/trouble`, { trouble: 'tones-in-audio' }),
  async hangup() {
    calls.delete(latest)
    await send('DELETE', `/calls/${latest}`, { endedBy: 'caller' })
    show('the call has ended')
  },
}

readCommands()
for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', value = ''] = line.trim().split(/\s+/)
  if (word in words) await words[word](value).catch((error) => show(error.cause?.code ?? error.message))
  else if (word !== '') show('call <agent> · keys <0-9*#> · tones · hangup')
}
process.exit(0)
