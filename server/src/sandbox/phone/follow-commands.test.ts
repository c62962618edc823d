import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import type { Command } from '../../calls/commands/command.ts'
import { followCommands } from './follow-commands.ts'

async function start() {
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const lines: string[] = []
  const readFrom: (Guid | undefined)[] = []
  const [carriedOut, confirmed]: [Command[], Guid[]] = [[], []]
  let stream = new PassThrough()
  const followed = followCommands({
    clock,
    log: createLog('debug', { write: (line: string) => void lines.push(line) }),
    carryOut: (command) => carriedOut.push(command),
    client: {
      async readCommands(last) {
        readFrom.push(last)
        stream = new PassThrough()
        return stream
      },
      async confirm(commandId) {
        assert.equal(carriedOut.at(-1)?.commandId, commandId, 'it is done before it is confirmed')
        confirmed.push(commandId)
        if (confirmed.length > 1) throw new Error('It was sent long ago.')
      },
    },
  })
  await followed.connect()
  const command = (text: string): Command => ({
    type: 'call.say',
    commandId: newGuid(),
    callGuid: newGuid(),
    sessionGuid: newGuid(),
    sentOn: '2026-01-15T09:30:00.000Z',
    text,
    language: 'pl',
  })
  return {
    ...followed,
    clock,
    lines,
    readFrom,
    carriedOut,
    confirmed,
    command,
    stream: () => stream,
  }
}

const eventOf = (command: Command) =>
  Buffer.from(`id: ${command.commandId}\nevent: command\ndata: ${JSON.stringify(command)}\n\n`)

test('each command is carried out and then confirmed, in whatever pieces it comes', async () => {
  const { stream, command, carriedOut, confirmed, lines } = await start()
  const [one, other] = [command('Proszę wprowadzić numer karty.'), command('Dziękujemy.')]
  const bytes = Buffer.concat([Buffer.from(': still here\n\n'), eventOf(one), eventOf(other)])
  for (const byte of bytes) stream().write(Buffer.of(byte))
  await until(() => confirmed.length === 2)
  assert.deepEqual(carriedOut, [one, other])
  await until(() => lines.length === 1)
  assert.match(lines.join(''), /It was sent long ago/)
})

test('who was cut off goes on behind the latest command, a second later, until it is closed', async () => {
  const { stream, command, clock, readFrom, carriedOut, close, lines } = await start()
  const latest = command('Dziękujemy.')
  stream().write(eventOf(latest))
  await until(() => carriedOut.length === 1)
  const cutOff = stream()
  cutOff.destroy(new Error('It was cut off.'))
  await until(() => cutOff.closed)
  await clock.advance(999)
  assert.deepEqual(readFrom, [undefined])
  await clock.advance(1)
  assert.deepEqual(readFrom, [undefined, latest.commandId])
  assert.match(lines.join(''), /It was cut off/)
  const closed = stream()
  close()
  await until(() => closed.closed)
  await clock.advance(10_000)
  assert.equal(readFrom.length, 2)
})
