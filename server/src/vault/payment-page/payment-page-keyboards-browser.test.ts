import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ViewState } from '@tonegate/protocol/view-state'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import {
  checkPage,
  complaintsOf,
  heading,
  openPhone,
  payButton,
  startPaymentSite,
} from './test-payment-page.ts'

const browser = await sharedBrowser()

const ascii = ['4111111111111111', '1230', '123']

async function open(
  t: TestContext,
  { script = true, ...site }: Parameters<typeof startPaymentSite>[1] & { readonly script?: boolean } = {},
) {
  const started = await startPaymentSite(t, site)
  const page = await openPhone(t, browser, { javaScriptEnabled: script })
  const complaints = complaintsOf(page)
  await page.goto(started.url)
  const { session, gateway } = started
  const devtools = await page.context().newCDPSession(page)
  const field = (label: string) => page.getByLabel(label, { exact: true })
  return {
    ...{ ...started, page, complaints },
    pan: field('Card number'),
    expiry: field('Expiry date'),
    code: field('Security code'),
    /** An input method shows so much, underlined, and has not made up its mind. */
    compose: (text: string) =>
      devtools.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      }),
    /** It commits the text; a keyboard of another script types it. */
    commit: (text: string) => devtools.send('Input.insertText', { text }),
    seen: (when: (view: ViewState) => boolean) =>
      new Promise<void>((resolve) => {
        const look = (view: ViewState) => when(view) && resolve()
        t.after(session.subscribe(look))
        look(session.view())
      }),
    async paysAsAscii() {
      await payButton(page).click()
      await heading(page, 'Paid')
      assert.deepEqual(
        gateway.asked.map(({ pan, expiry, securityCode }) => [pan, expiry, securityCode]),
        [ascii],
      )
    },
  }
}

test('a Japanese input method composes full-width digits undisturbed, and they pay', async (t) => {
  const { page, pan, expiry, code, compose, commit, seen, paysAsAscii, complaints } = await open(t)
  await pan.focus()
  for (const text of ['４', '４１', '４１１', '４１１１', '４１１１１']) {
    await compose(text)
    assert.equal(await pan.inputValue(), text)
  }
  await seen(({ fields, link }) => fields.pan.digits === 5 && link.typing === 'pan')
  assert.equal(await page.locator('.brand').textContent(), 'Visa')
  await commit('４１１１１')
  assert.equal(await pan.inputValue(), '4111 1')
  await compose('１１１１１１１１１１１')
  assert.equal(await pan.inputValue(), '4111 1１１１１１１１１１１１')
  await commit('１１１１１１１１１１１')
  assert.equal(await pan.inputValue(), '4111 1111 1111 1111')
  await seen(({ fields }) => fields.pan.digits === 16)
  await expiry.focus()
  await compose('１２／３')
  assert.equal(await expiry.inputValue(), '１２／３')
  await compose('１２／３０')
  await commit('１２／３０')
  assert.equal(await expiry.inputValue(), '12 / 30')
  await code.focus()
  await compose('１２３')
  await commit('１２３')
  assert.equal(await code.inputValue(), '123')
  await checkPage(page, 'full-width')
  await paysAsAscii()
  assert.deepEqual(complaints, [])
})

test('plain digits that an input method composes are not scrambled', async (t) => {
  const { pan, expiry, compose, commit } = await open(t)
  await pan.focus()
  for (let count = 1; count <= 16; count += 1) {
    const text = '4111222233334444'.slice(0, count)
    await compose(text)
    assert.equal(await pan.inputValue(), text)
  }
  await commit('4111222233334444')
  assert.equal(await pan.inputValue(), '4111 2222 3333 4444')
  await expiry.focus()
  await compose('1')
  await compose('12')
  assert.equal(await expiry.inputValue(), '12')
  await commit('12')
  assert.equal(await expiry.inputValue(), '12 / ')
})

test('who leaves a field while something is composed in it leaves it in its format', async (t) => {
  const { pan, expiry, compose } = await open(t)
  await pan.focus()
  await compose('４１１１１')
  await expiry.focus()
  assert.equal(await pan.inputValue(), '4111 1')
})

for (const [keyboard, [number, month, year, securityCode]] of [
  ['Arabic', ['٤١١١١١١١١١١١١١١١', '١٢', '٣٠', '١٢٣']],
  ['Persian', ['۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱', '۱۲', '۳۰', '۱۲۳']],
  ['Devanagari', ['४१११११११११११११११', '१२', '३०', '१२३']],
  ['Bengali', ['৪১১১১১১১১১১১১১১১', '১২', '৩০', '১২৩']],
  ['Thai', ['๔๑๑๑๑๑๑๑๑๑๑๑๑๑๑๑', '๑๒', '๓๐', '๑๒๓']],
  ['Adlam', ['𞥔𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑', '𞥑𞥒', '𞥓𞥐', '𞥑𞥒𞥓']],
] as const) {
  test(`a card is typed key by key on a keyboard of ${keyboard} digits, and pays`, async (t) => {
    const { pan, expiry, code, commit, seen, paysAsAscii, vault } = await open(t)
    const type = async (text: string) => {
      for (const digit of text) await commit(digit)
    }
    await pan.focus()
    await type(number)
    assert.equal(await pan.inputValue(), '4111 1111 1111 1111')
    await seen(({ fields }) => fields.pan.digits === 16)
    await expiry.focus()
    await type(month)
    assert.equal(await expiry.inputValue(), '12 / ')
    await type(year)
    await code.focus()
    await type(securityCode)
    assert.deepEqual([await expiry.inputValue(), await code.inputValue()], ['12 / 30', '123'])
    await paysAsAscii()
    assert.doesNotMatch(vault.lines.join(''), /4111|\p{Nd}{16}|[^\P{Nd}0-9]/u)
  })
}

test('digits of other scripts are read when they are pasted, and when a browser fills them in', async (t) => {
  const { page, pan, expiry, paysAsAscii } = await open(t)
  await pan.focus()
  await page.evaluate('document.execCommand("insertText", false, "\\u200f٤١١١ ١١١١ ١١١١ ١١١١\\u200e")')
  assert.equal(await pan.inputValue(), '4111 1111 1111 1111')
  await expiry.fill('１２／２０３０')
  assert.equal(await expiry.inputValue(), '12 / 30')
  await page.evaluate('document.querySelector("#securityCode").value = "۱۲۳"')
  await paysAsAscii()
})

test('without a script they are read, too', async (t) => {
  const { pan, expiry, code, paysAsAscii, gateway } = await open(t, { script: false })
  await pan.fill('４１１１　１１１１ー１１１１　١١١١')
  await expiry.fill('１２／３０')
  await code.fill('۱۲۳')
  await paysAsAscii()
  assert.equal(gateway.asked.length, 1)
})

test('a page that somebody sees opens its link; without a script its form does', async (t) => {
  const { seen } = await open(t)
  await seen(({ link }) => link.opened)
  const quiet = await open(t, { script: false })
  assert.equal(quiet.session.view().link.opened, false)
  await quiet.pan.fill('4111')
  await quiet.expiry.fill('12/30')
  await quiet.code.fill('123')
  await payButton(quiet.page).click()
  await quiet.page.getByText('Please check your card').waitFor()
  assert.equal(quiet.session.view().link.opened, true)
})

for (const script of [true, false]) {
  const how = script ? 'with' : 'without'
  test(`a card that has no code pays where it is optional, ${how} a script`, async (t) => {
    const { page, pan, expiry, gateway } = await open(t, { script, flow: { securityCode: 'optional' } })
    await page.getByText('Leave this empty if your card has none.').waitFor()
    await pan.fill('4111111111111111')
    await expiry.fill('12/30')
    if (script) await checkPage(page, 'optional-code')
    await payButton(page).click()
    await heading(page, 'Paid')
    assert.deepEqual([gateway.asked.length, gateway.asked[0]?.securityCode], [1, undefined])
  })

  test(`a page whose flow never asks for a code has no field for it, ${how} a script`, async (t) => {
    const { page, pan, expiry, code, gateway, complaints } = await open(t, {
      script,
      flow: { securityCode: 'never' },
    })
    assert.equal(await code.count(), 0)
    if (script) {
      await payButton(page).click()
      assert.equal(await page.locator('[aria-invalid]').count(), 2)
    }
    await pan.fill('4111111111111111')
    await expiry.fill('12/30')
    if (script) await checkPage(page, 'no-code')
    await payButton(page).click()
    await heading(page, 'Paid')
    assert.deepEqual([gateway.asked.length, gateway.asked[0]?.securityCode], [1, undefined])
    assert.deepEqual(complaints, [])
  })
}

test('a code that is typed where it is optional is checked', async (t) => {
  const { page, pan, expiry, code, gateway } = await open(t, { flow: { securityCode: 'optional' } })
  await pan.fill('4111111111111111')
  await expiry.fill('12/30')
  await code.fill('12')
  await payButton(page).click()
  assert.equal(await code.getAttribute('aria-invalid'), 'true')
  await code.fill('123')
  await payButton(page).click()
  await heading(page, 'Paid')
  assert.equal(gateway.asked[0]?.securityCode, '123')
})
