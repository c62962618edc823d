import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LineFault } from '../../line-control.ts'
import { order, said, startPrompts } from './test-prompts.ts'

const withoutDuration = 10_000

test('a prompt is played to the caller while the agent is not heard, who is heard again after it', async (t) => {
  const { clock, control, engine, line, isMuted, mediaCommands, unmuted } = await startPrompts(t)
  await control.say(line(), said('card-number'))
  assert.deepEqual(mediaCommands(), ['block media agent', 'play media caller /prompts/en/card-number.wav'])
  assert.deepEqual(
    engine.asked('block media').map(({ flags }) => flags),
    [['directional']],
  )
  await clock.advance(1_499)
  assert.equal(isMuted(), true)
  await clock.advance(1)
  await unmuted()
  await engine.heard('unblock media')
  assert.deepEqual(mediaCommands().slice(2), ['stop media caller', 'unblock media agent'])
})

test('several keys are played one after another, in the caller’s language', async (t) => {
  const { clock, control, engine, line, mediaCommands, unmuted } = await startPrompts(t)
  await control.say(line(), said('wrong-date expiry-date', 'pl'))
  await clock.advance(1_500)
  await engine.heard('play media', 2)
  assert.deepEqual(mediaCommands(), [
    'block media agent',
    'play media caller /prompts/pl/wrong-date.wav',
    'play media caller /prompts/pl/expiry-date.wav',
  ])
  await clock.advance(1_500)
  await unmuted()
})

test('a key stops what is said, at once, and nothing more is played', async (t) => {
  const { clock, control, engine, line, mediaCommands, unmuted } = await startPrompts(t)
  await control.say(line(), said('card-number security-code'))
  control.hush(line())
  control.hush(line())
  await unmuted()
  await engine.heard('unblock media')
  for (let count = 0; count < 3; count += 1) await clock.advance(1_000)
  assert.deepEqual(mediaCommands().slice(2), ['stop media caller', 'unblock media agent'])
})

test('a key of the caller’s stops what is said by itself, before it is told', async (t) => {
  const { control, engine, line, secured, told, toldCount, unmuted } = await startPrompts(t)
  await secured()
  await control.say(line(), said('card-number'))
  engine.press({ event: 4, tag: 'agent' })
  engine.press({ event: 4 })
  await toldCount(1)
  await unmuted()
  assert.deepEqual(told, ['4'])
})

test('where nothing is said, a key asks the engine for nothing', async (t) => {
  const { control, engine, line, mediaCommands, unmuted } = await startPrompts(t)
  control.hush(line())
  await control.say(line(), said('card-number'))
  control.hush(line())
  await unmuted()
  await engine.heard('unblock media')
  const count = mediaCommands().length
  control.hush(line())
  await control.pauseRecording(line(), order)
  assert.equal(mediaCommands().length, count)
})

test('a prompt takes the place of the one before, which says nothing more', async (t) => {
  const { clock, control, line, isMuted, mediaCommands, unmuted } = await startPrompts(t)
  await control.say(line(), said('card-number'))
  await clock.advance(1_000)
  await control.say(line(), said('security-code'))
  assert.deepEqual(mediaCommands().at(-1), 'play media caller /prompts/en/security-code.wav')
  await clock.advance(1_000)
  assert.equal(isMuted(), true)
  await clock.advance(500)
  await unmuted()
})

test('of two prompts at once the later is heard', async (t) => {
  const { clock, control, line, mediaCommands, unmuted } = await startPrompts(t)
  await Promise.all([control.say(line(), said('first')), control.say(line(), said('second'))])
  assert.equal(mediaCommands().at(-1), 'play media caller /prompts/en/second.wav')
  await clock.advance(1_500)
  await unmuted()
  assert.equal(mediaCommands().filter((each) => each.startsWith('play')).length, 1)
})

test('a file that cannot be played is left out, and the log says so once', async (t) => {
  const { clock, control, engine, line, lines, mediaCommands, unmuted } = await startPrompts(t)
  engine.misbehave(({ cookie, command }, { send }) => {
    if (command.file !== '/prompts/en/missing.wav') return undefined
    send(`${cookie} {"result":"error","error-reason":"Failed to start media playback from file"}`)
    return 'handled'
  })
  await control.say(line(), said('missing'))
  await unmuted()
  await control.say(line(), said('missing there'))
  assert.equal(mediaCommands().at(-1), 'play media caller /prompts/en/there.wav')
  const warnings = lines.filter(({ message }) => message === 'prompt not played')
  assert.deepEqual(
    warnings.map(({ file }) => file),
    ['/prompts/en/missing.wav'],
  )
  await clock.advance(1_500)
  await unmuted()
})

for (const duration of [undefined, 0, -5, '1500', null]) {
  test(`a file of ${JSON.stringify(duration)} ms ends all the same`, async (t) => {
    const { clock, control, engine, line, isMuted, unmuted } = await startPrompts(t)
    engine.misbehave(({ cookie, command }, { send }) => {
      if (command.command !== 'play media') return undefined
      send(`${cookie} ${JSON.stringify({ result: 'ok', duration })}`)
      return 'handled'
    })
    await control.say(line(), said('card-number'))
    assert.equal(isMuted(), true)
    await clock.leap(withoutDuration)
    await unmuted()
  })
}

for (const key of [
  '../../etc/passwd',
  '/etc/passwd',
  'card number'.replace(' ', '\u0000'),
  'A',
  '',
  ' ',
  'a.wav',
]) {
  test(`${JSON.stringify(key)} names no file: nothing is said`, async (t) => {
    const { control, line, mediaCommands, unmuted } = await startPrompts(t)
    await control.say(line(), said(key))
    await unmuted()
    assert.deepEqual(
      mediaCommands().filter((each) => each.startsWith('play')),
      [],
    )
  })
}

test('nothing is said where the call is unknown, or its media', async (t) => {
  const { control, line } = await startPrompts(t)
  await assert.rejects(control.say(line({ callId: 'other' }), said('card-number')), LineFault)
  await assert.rejects(control.say(line(null), said('card-number')), LineFault)
})
