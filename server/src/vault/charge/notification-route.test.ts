import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { createHttp } from '../../http/http.ts'
import { region } from '../test-vault.ts'
import { notificationPath } from './notification-path.ts'
import { registerNotifications } from './notification-route.ts'

test('a network that tells too much is refused for a second, before its body is read; others are not', async (t) => {
  const clock = createMovableClock()
  const app = createHttp({ region, log: createLog('silent'), proxy: 'none' })
  let taken = 0
  const notifications = {
    admit: async () => {},
    take: async () => {
      taken += 1
    },
  }
  registerNotifications(app, { notifications, clock })
  await app.ready()
  t.after(() => app.close())
  const tell = async (remoteAddress = '198.51.100.1') =>
    app.inject({
      method: 'POST',
      url: notificationPath(7, 'bank'),
      remoteAddress,
      payload: '{}',
      headers: { 'content-type': 'application/json' },
    })
  for (let count = 0; count < 100; count += 1) assert.equal((await tell()).statusCode, 200)
  const refused = await tell()
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1'])
  assert.equal((await tell('198.51.100.2')).statusCode, 200)
  await clock.advance(1_000)
  assert.equal((await tell()).body, '[accepted]')
  assert.equal(taken, 102)
})
