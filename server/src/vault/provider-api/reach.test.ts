import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import type { LinkMessage } from '../links/link-sender.ts'
import { press, wholeCard } from '../test-vault.ts'
import { credentials, startProviderApi, tenant } from './test-provider-api.ts'

const fields = (pair: { readonly access_token: string; readonly refresh_token: string }) => ({
  'X-BEARER-TOKEN': pair.access_token,
  'X-REFRESH-TOKEN': pair.refresh_token,
})

/** Two clients of one tenant, and the sessions of both beside one that the Payment API launched. */
async function startTwoClients(t: TestContext) {
  const sent: string[] = []
  const sms = { send: async ({ to }: LinkMessage) => void sent.push(to) }
  const started = await startProviderApi(t, { linkSenders: { sms } })
  const { api, tokens, launched, launch, find } = started
  const { client_secret: clientSecret, tenantname: tenantName } = credentials
  const other = { clientId: 'harbour-till', username: 'till_user' }
  await api.clients.create({ ...other, clientSecret, tenant, tenantName })
  const desk = await tokens()
  const till = await tokens({ client_id: other.clientId, username: other.username })
  const ofDesk = (await launched(undefined, { token: desk.access_token })).Id
  const ofTill = (await launched(undefined, { token: till.access_token })).Id
  const { guid: ofPayments } = await launch({}, { initialValues: { Phone: '+48500000000' } })
  return { ...started, sent, desk, till, ofDesk, ofTill, ofPayments, session: find(ofPayments) }
}

test('a client reaches what it launched itself; what the Payment API or another client launched is not there', async (t) => {
  const { app, json, form, openView, sent, desk, till, ofDesk, ofTill, ofPayments, find } =
    await startTwoClients(t)
  const unknown = '0198a1b2-0000-7000-8000-000000000001'
  const get = (id: string, { access_token }: typeof desk) =>
    app.inject({
      url: `/api/v1/session/${tenant}/${id}`,
      headers: { authorization: `Bearer ${access_token}` },
    })
  for (const [pair, foreign] of [
    [desk, [ofTill, ofPayments]],
    [till, [ofDesk, ofPayments]],
  ] as const) {
    const bearer = { token: pair.access_token }
    const { instance: _, ...nothing } = (await get(unknown, pair)).json()
    for (const id of foreign) {
      const refused = await get(id, pair)
      assert.equal(refused.statusCode, 404)
      const { instance: __, ...said } = refused.json()
      assert.deepEqual(said, nothing)
      for (const [verb, body] of [
        ['cancel', {}],
        ['link', { Channel: 'sms', To: '+447700900123' }],
      ] as const) {
        const answer = await json(`/api/v1/session/${tenant}/${id}/${verb}`, body, bearer)
        assert.equal(answer.statusCode, 404, `${verb} ${id}`)
      }
      for (const path of ['/framed', '']) {
        const page = await form(`/session/${tenant}/view/${id}${path}`, fields(pair))
        assert.equal(page.statusCode, 401, `the page of ${id}`)
        assert.doesNotMatch(page.body, /view-data/)
      }
      const headers = { authorization: `Bearer ${pair.access_token}` }
      for (const path of ['commands', 'token', 'events']) {
        const url = `/session/${tenant}/view/${id}/${path}`
        const answer =
          path === 'events'
            ? await app.inject({ url, headers })
            : await json(url, { command: 'cancel', refreshToken: pair.refresh_token }, bearer)
        assert.equal(answer.statusCode, 401, path)
      }
      assert.equal(find(id).view().state, 'capturing')
    }
  }
  assert.deepEqual(sent, [])
  assert.equal((await get(ofDesk, desk)).statusCode, 200)
  assert.equal((await openView(`/session/${tenant}/view/${ofTill}/framed`, fields(till))).statusCode, 200)
})

test('a session of the Payment API tells no client how it ended', async (t) => {
  const { session, callbackRows, api, ofPayments, results } = await startTwoClients(t)
  press(session, `${wholeCard}1`)
  await eventually(() => results.some(({ guid }) => guid === ofPayments))
  assert.deepEqual(await callbackRows(), [])
  assert.equal(await api.reports.recordProgress(ofPayments), false)
})

test('the open agent views of a client end within a second of its being disabled, and no others', async (t) => {
  const { api, find, clock, ofDesk, ofTill, ofPayments } = await startTwoClients(t)
  await clock.advance(500)
  await api.clients.setDisabled(credentials.client_id, true)
  await clock.advance(500)
  await eventually(() => find(ofDesk).viewAccess === 'closed')
  for (const id of [ofTill, ofPayments]) assert.equal(find(id).viewAccess, 'open')
  assert.equal(find(ofDesk).view().state, 'capturing')
})
