import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startPaymentSite } from './test-payment-page.ts'

const card = { cardNumber: '4111 1111 1111 1111', expiry: '12/30', securityCode: '12' }
const post = (url: string, fields: Readonly<Record<string, string>> = {}) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })

test('robots that follow a link, and whatever it leads to, begin nothing and keep nothing alive', async (t) => {
  const { url, session, vault } = await startPaymentSite(t, { flow: { idleSeconds: 60 } })
  const endsAt = session.view().endsAt
  await vault.clock.advance(10_000)
  const page = await (await fetch(url)).text()
  const paths = [...page.matchAll(/(?:href|src|action)="([^"]+)"/g)].map(([, path]) => path ?? '')
  assert.ok(paths.length >= 3)
  for (const path of [...paths, `${url}/state`, `${url}/state?wait=processing`, `${url}/challenge`]) {
    await (await fetch(new URL(path, url))).text()
  }
  for (const headers of [
    { 'user-agent': 'facebookexternalhit/1.1' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
  ]) {
    assert.equal((await fetch(url, { headers })).status, 200)
  }
  assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
  assert.equal(session.view().link.opened, false)
  assert.equal(session.view().endsAt, endsAt)
  assert.deepEqual(vault.begun, [])
})

test('the page’s own report opens it, and begins the session', async (t) => {
  const { url, session, vault, launched } = await startPaymentSite(t)
  assert.equal((await fetch(`${url}/opened`, { method: 'POST' })).status, 200)
  assert.equal(session.view().link.opened, true)
  assert.deepEqual(vault.begun, [launched.guid])
})

test('without a script a form opens it, also one with a field left empty', async (t) => {
  for (const fields of [card, { ...card, cardNumber: '' }]) {
    const { url, session, vault, launched } = await startPaymentSite(t)
    assert.equal((await post(url, fields)).status, 303)
    assert.equal(session.view().link.opened, true)
    assert.deepEqual(vault.begun, [launched.guid])
  }
})

test('whoever types has opened the page, though the report of it was lost', async (t) => {
  const { url, session } = await startPaymentSite(t)
  const headers = { 'content-type': 'application/json' }
  await fetch(`${url}/typing`, { method: 'POST', headers, body: '{"field":"pan","digits":1}' })
  assert.equal(session.view().link.opened, true)
})

test('that it was opened is still known to the next process', async (t) => {
  const { url, vault, launched } = await startPaymentSite(t)
  await fetch(`${url}/opened`, { method: 'POST' })
  await vault.restart()
  assert.equal(vault.find(launched.guid).view().link.opened, true)
})

test('a form without a script pays with a card in the digits of another keyboard', async (t) => {
  const { url, gateway } = await startPaymentSite(t)
  const typed = {
    cardNumber: '４１１１　１１１１　１１１１　１１１１',
    expiry: '１２／３０',
    securityCode: '١٢٣',
  }
  assert.equal((await post(url, typed)).status, 303)
  const [asked] = gateway.asked
  assert.deepEqual([asked?.pan, asked?.expiry, asked?.securityCode], ['4111111111111111', '1230', '123'])
})

test('a form without a script takes an expiry date in each form that a keypad takes', async (t) => {
  for (const expiry of ['1230', '122030', '12/2030', '2030-12']) {
    const { url, gateway } = await startPaymentSite(t)
    assert.equal((await post(url, { ...card, securityCode: '123', expiry })).status, 303)
    assert.equal(gateway.asked[0]?.expiry, '1230')
  }
  const { url, gateway } = await startPaymentSite(t)
  assert.equal((await post(url, { ...card, securityCode: '123', expiry: '930' })).status, 303)
  assert.equal(gateway.asked[0]?.expiry, '0930')
})

test('a form without a script pays without a code where none is needed', async (t) => {
  const { securityCode: _, ...withoutCode } = card
  for (const [policy, fields] of [
    ['optional', { ...withoutCode, securityCode: '' }],
    ['optional', withoutCode],
    ['never', withoutCode],
  ] as const) {
    const { url, gateway } = await startPaymentSite(t, { flow: { securityCode: policy } })
    const page = await (await fetch(url)).text()
    assert.equal(page.includes('name="securityCode"'), policy === 'optional')
    assert.doesNotMatch(page, /id="securityCode"[^>]* required/)
    assert.equal((await post(url, fields)).status, 303)
    assert.deepEqual([gateway.asked.length, gateway.asked[0]?.securityCode], [1, undefined])
  }
})
