import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { systemRandom } from '../../base/random.ts'
import { createCallerPhones } from './caller-phones.ts'
import { createPressKeys } from './press-keys.ts'

/** A call whose line was secured, and a Tonegate that answers as it is told. */
function start() {
  const clock = createMovableClock()
  const [callGuid, commandId, sessionGuid] = [1, 2, 3].map(createGuids({ clock, random: systemRandom }))
  assert.ok(callGuid && commandId && sessionGuid)
  const phones = createCallerPhones()
  const command = { commandId, callGuid, sessionGuid, sentOn: '2026-01-15T09:30:00.000Z' }
  const secure = () => phones.carryOut({ type: 'call.secure', ...command })
  const sent: string[] = []
  let refuses: (() => Problem) | undefined
  const press = createPressKeys({
    phones,
    clock,
    client: {
      require: async () => {},
      async keys(_callGuid, keys, sequence) {
        sent.push(`${sequence} ${Buffer.from(keys)}`)
        if (refuses) throw refuses()
      },
    },
  })
  secure()
  return {
    phones,
    callGuid,
    secure,
    sent,
    press: (keys: string) => press(callGuid, { keys: Buffer.from(keys), gapMilliseconds: 0 }),
    refuses(next: typeof refuses) {
      refuses = next
    },
  }
}

const notSecured = () => new Problem('call-not-secured', 'No.')

test('keys are numbered since the line was secured, and each request has at most 64', async () => {
  const { press, sent, secure } = start()
  await press('1'.repeat(65))
  await press('2')
  secure()
  await press('3')
  assert.deepEqual(sent, [`0 ${'1'.repeat(64)}`, '64 1', '65 2', '0 3'])
})

test('keys that are not taken are not counted, and the agent hears them', async () => {
  const { press, sent, refuses, secure } = start()
  assert.equal(await press('12'), 'listener')
  refuses(notSecured)
  assert.equal(await press('345'), 'agent')
  refuses(() => {
    secure()
    return notSecured()
  })
  assert.equal(await press('6'), 'agent')
  refuses(undefined)
  assert.equal(await press('7'), 'listener')
  assert.deepEqual(sent, ['0 12', '2 345', '2 6', '0 7'])
})

test('a call that is not there any more has ended for whoever holds its phone', async () => {
  const { press, refuses, phones, callGuid } = start()
  const states: string[] = []
  phones.watch(callGuid, ({ call }) => states.push(call))
  refuses(() => new Problem('not-found', 'It has ended.'))
  await assert.rejects(press('1'), { code: 'not-found' })
  assert.deepEqual(states, ['connected', 'ended'])
})
