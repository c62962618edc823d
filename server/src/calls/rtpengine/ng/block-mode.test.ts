import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockModeOf, unblockMode } from './block-mode.ts'
import type { NgCommand } from './ng-command.ts'

const events = { telephoneEvent: true }
const tones = { telephoneEvent: false }

test('there are three ways to block keys, all of one side alone', () => {
  const none = { mode: null }
  const modes = [
    blockModeOf(events, { strict: false }, none),
    blockModeOf(events, { strict: true }, none),
    blockModeOf(tones, { strict: false }, none),
    blockModeOf(tones, { strict: true }, none),
  ]
  const silence = { 'DTMF-security': 'silence', 'delay-buffer': 100 }
  const inBand = { flags: ['directional', 'detect-DTMF'], ...silence }
  assert.deepEqual(modes, [
    { flags: ['directional'] },
    { flags: ['directional'], ...silence },
    inBand,
    inBand,
  ])
})

test('audio that is delayed stays delayed until it is unblocked', () => {
  const delayed = { mode: blockModeOf(tones, { strict: false }, { mode: null }) }
  const dropped = { mode: blockModeOf(events, { strict: false }, { mode: null }) }
  assert.ok('delay-buffer' in blockModeOf(events, { strict: false }, delayed))
  assert.ok(!('delay-buffer' in blockModeOf(events, { strict: false }, dropped)))
})

test('unblocking empties the delay', () => {
  assert.deepEqual(unblockMode, { flags: ['directional'], 'delay-buffer': 0 })
})

test('no other way can be written down', () => {
  const leg = { command: 'block DTMF', 'call-id': 'call', 'from-tag': 'caller' } as const
  const wrong: unknown[] = []
  const check = (command: NgCommand) => wrong.push(command)
  // @ts-expect-error without its direction the whole call is blocked
  check({ ...leg })
  // @ts-expect-error silence without a buffer plays the digits
  check({ ...leg, flags: ['directional'], 'DTMF-security': 'silence' })
  // @ts-expect-error too short a buffer is not tried
  check({ ...leg, flags: ['directional'], 'DTMF-security': 'silence', 'delay-buffer': 40 })
  for (const security of ['random', 'tone', 'zero'] as const) {
    // @ts-expect-error these play the digits, or end the engine
    check({ ...leg, flags: ['directional'], 'DTMF-security': security, 'delay-buffer': 100 })
  }
  // @ts-expect-error the tones would be told, and heard
  check({ ...leg, flags: ['directional', 'detect-DTMF'] })
  // @ts-expect-error the buffer must be emptied
  check({ ...leg, command: 'unblock DTMF', flags: ['directional'] })
  // @ts-expect-error there are versions that go on recording
  check({ command: 'pause recording', 'call-id': 'call' })
  assert.equal(wrong.length, 9)
})
