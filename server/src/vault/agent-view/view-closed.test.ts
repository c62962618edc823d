import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import type { LinkMessage } from '../links/link-sender.ts'
import { approval, press, settle, startVault, testGateway, wholeCard } from '../test-vault.ts'
import { startVaultSite } from '../test-vault-site.ts'

const sms = { send: async (_: LinkMessage) => {} }

async function startView(t: TestContext, options: Parameters<typeof startVault>[1] = {}) {
  const vault = await startVault(t, { linkSenders: { sms }, ...options })
  const site = await startVaultSite(t, vault, vault.clock)
  const launched = await vault.launch(
    { frameAncestors: [site.desktop] },
    { initialValues: { Phone: '+48500000000' } },
  )
  const path = `${site.site}/session/7/view/${launched.guid}`
  const headers = { authorization: `Bearer ${launched.accessToken}`, 'content-type': 'application/json' }
  const post = (what: string, body: object) =>
    fetch(`${path}/${what}`, { method: 'POST', headers, body: JSON.stringify(body) })
  return {
    ...vault,
    get vault() {
      return vault.vault
    },
    launched,
    headers,
    path,
    post,
    command: (command: object) => post('commands', command),
    renew: (refreshToken?: string) => post('token', { ...(refreshToken && { refreshToken }) }),
    events: () => fetch(`${path}/events`, { headers }),
    open: (more: Record<string, string> = {}) =>
      fetch(`${path}/framed`, {
        method: 'POST',
        headers: more,
        body: new URLSearchParams({
          'X-BEARER-TOKEN': launched.accessToken,
          'X-REFRESH-TOKEN': launched.refreshToken,
        }),
      }),
  }
}

test('a view that was closed ends its streams by an event, and does nothing more, whatever token is shown', async (t) => {
  const { vault, launched, command, renew, events, open, find } = await startView(t)
  const streams = [await events(), await events()]
  press(find(launched.guid), wholeCard)
  await vault.closeView(launched.guid)
  for (const stream of streams) assert.match(await stream.text(), /event: closed\ndata: {}\n\n$/)
  for (const body of [
    { command: 'pay' },
    { command: 'cancel' },
    { command: 'ask', field: 'pan' },
    { command: 'entry', entry: 'link' },
    { command: 'send-link', channel: 'sms' },
    { command: 'slow-mode', on: 'on' },
  ]) {
    const answer = await command(body)
    assert.equal(answer.status, 403, JSON.stringify(body))
    assert.match(((await answer.json()) as { type: string }).type, /#view-closed$/)
  }
  assert.equal((await events()).status, 403)
  assert.equal((await renew(launched.refreshToken)).status, 403)
  assert.equal((await renew()).status, 403)
  for (const [language, text] of [
    ['en', /Your access to this payment has ended/],
    ['de', /Ihr Zugang zu dieser Zahlung ist beendet/],
    ['pl', /Dostęp do tej płatności wygasł/],
  ] as const) {
    const page = await open({ 'accept-language': language })
    assert.equal(page.status, 403)
    assert.equal(page.headers.get('x-frame-options'), null, 'the desktop shows why')
    const text_ = await page.text()
    assert.match(text_, text)
    assert.doesNotMatch(text_, /view-data|Harbour/)
  }
})

test('the payment goes on without its view: caller and customer finish it, and a program sends its link', async (t) => {
  const { vault, launched, find, results } = await startView(t)
  await vault.closeView(launched.guid)
  await vault.closeView(launched.guid)
  const session = find(launched.guid)
  assert.match(await session.sendLink({ channel: 'sms' }), /\/pay\//)
  session.enterBy('keypad')
  press(session, `${wholeCard}1`)
  await settle()
  assert.equal(results[0]?.outcome, 'approved')
})

test('a view that was closed stays closed after a restart, also for a refresh token that was stolen before', async (t) => {
  const started = await startView(t)
  const { launched, restart, row } = started
  await started.vault.closeView(launched.guid)
  assert.equal((await row(launched.guid))?.refresh_tokens, '')
  await restart()
  const session = started.find(launched.guid)
  assert.equal(session.viewAccess, 'closed')
  assert.equal(await session.renew(launched.refreshToken), undefined)
})

test('who takes a payment and loses the access meanwhile is not told how it ended', async (t) => {
  const answered = Promise.withResolvers<typeof approval>()
  const gateway = testGateway({ answers: () => answered.promise })
  const { vault, launched, command, events, find, results } = await startView(t, { gateway })
  press(find(launched.guid), wholeCard)
  const paying = command({ command: 'pay' })
  await until(() => gateway.asked.length > 0)
  await vault.closeView(launched.guid)
  answered.resolve(approval)
  assert.equal((await paying).status, 403)
  await until(() => results.length > 0)
  assert.equal((await events()).status, 403)
})

test('of a session that has just ended a closed view shows nothing more', async (t) => {
  const { vault, launched, events, find } = await startView(t)
  await find(launched.guid).cancel()
  assert.equal((await events()).status, 200)
  await vault.closeView(launched.guid)
  assert.equal((await events()).status, 403)
})

test('a close that could not be written is refused to the view at once, and can be asked again', async (t) => {
  const { vault, launched, events, failWrites, row } = await startView(t)
  failWrites(1)
  await assert.rejects(vault.closeView(launched.guid))
  assert.equal((await events()).status, 403)
  await vault.closeView(launched.guid)
  assert.notEqual((await row(launched.guid))?.view_closed_at, null)
})
