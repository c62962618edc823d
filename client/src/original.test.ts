import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from './client.ts'
import { createTestClock } from './test-clock.ts'
import { sessionGuid, status } from './test-servers.ts'

const json = (body: object, code = 200) => Response.json(body, { status: code })

/** What the original service answers, as far as it is documented; it knows no events and no outcome of its own. */
function originalService(asked: string[]): typeof fetch {
  let looks = 0
  return async (input, init) => {
    const { href, hostname } = new URL(String(input))
    asked.push(`${init?.method} ${href}`)
    if (hostname === 'emea.cc.vonage.com') {
      return json({ access_token: 'eyJ0eXAi', expires_in: 3600, token_type: 'Bearer' })
    }
    if (new Headers(init?.headers).get('authorization') !== 'Bearer eyJ0eXAi') return json({}, 401)
    if (init?.method === 'POST') {
      const tokens = { agentAccessToken: 'a', agentRefreshToken: 'b' }
      return json({ sessionGuid, iframeUrl: 'https://pay.example.com', paymentFormUrl: '', ...tokens })
    }
    if (href.endsWith('/events')) return json({ message: 'Missing Authentication Token' }, 403)
    looks += 1
    if (looks < 3) return json(status('InProgress'))
    const paymentResultData = { decision: 'ACCEPT', reasonCode: '100', Amount: '1240' }
    return json(status('Finished', { paymentResultData }))
  }
}

test('the original service is used by its region alone, and the outcome is read from its gateway’s keys', async () => {
  const asked: string[] = []
  const tonegate = createClient({
    region: 'emea',
    clientId: 'a',
    clientSecret: 'b',
    fetch: originalService(asked),
    clock: createTestClock(),
  })
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const session = await tonegate.createSession({ agentId: 'agent12345', paymentData })
  const { outcome, sessionState } = await tonegate.waitForResult(session.sessionGuid)
  assert.deepEqual([outcome, sessionState], ['approved', 'Finished'])
  const api = 'https://emea.api.cc.vonage.com/globalpci/v1/session'
  const look = `GET ${api}/${sessionGuid}`
  assert.deepEqual(asked, [
    'POST https://emea.cc.vonage.com/auth/connect/token',
    `POST ${api}`,
    `${look}/events`,
    ...[look, look, look],
  ])
})
