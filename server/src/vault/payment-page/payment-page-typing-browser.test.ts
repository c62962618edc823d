import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sharedBrowser } from '../../../test/harness/test-browser.ts'
import {
  checkPage,
  complaintsOf,
  heading,
  openPhone,
  payButton,
  rightCard,
  says,
  startPaymentSite,
  typeCard,
} from './test-payment-page.ts'

const browser = await sharedBrowser()

async function open(t: TestContext, site: Parameters<typeof startPaymentSite>[1] = {}) {
  const started = await startPaymentSite(t, site)
  const page = await openPhone(t, browser)
  const complaints = complaintsOf(page)
  await page.goto(started.url)
  const field = (label: string) => page.getByLabel(label, { exact: true })
  return {
    ...{ ...started, page, complaints },
    pan: field('Card number'),
    expiry: field('Expiry date'),
    code: field('Security code'),
    brand: page.locator('.brand'),
    /** The field that has the focus, with its caret. */
    caret: () =>
      page.evaluate<string>(
        '(({ value, selectionStart: at }) => value.slice(0, at) + "|" + value.slice(at))(document.activeElement)',
      ),
  }
}

test('digits are grouped while they are typed, and the brand is shown as soon as it is known', async (t) => {
  const { page, pan, expiry, code, brand, caret, complaints } = await open(t)
  await pan.pressSequentially('4')
  assert.equal(await brand.textContent(), '')
  await pan.pressSequentially('11111')
  assert.equal(await caret(), '4111 11|')
  assert.equal(await brand.textContent(), 'Visa')
  await says(page, '3 digits on the back of the card')
  await pan.fill('')
  assert.equal(await brand.textContent(), '')
  await pan.pressSequentially('378282246310005')
  assert.equal(await caret(), '3782 822463 10005|')
  assert.equal(await brand.textContent(), 'Amex')
  await says(page, '4 digits on the front of the card')
  await code.pressSequentially('12345')
  assert.equal(await code.inputValue(), '1234')
  await expiry.pressSequentially('930')
  assert.equal(await expiry.inputValue(), '09 / 30')
  await pan.fill('30569309025904')
  assert.equal(await pan.inputValue(), '3056 930902 5904')
  assert.deepEqual(complaints, [])
})

test('the caret stays where it is when digits are typed or deleted in the middle', async (t) => {
  const { page, pan, expiry, caret } = await open(t)
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  await pan.pressSequentially('41112222333')
  await press('ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft')
  assert.equal(await caret(), '4111 2222| 333')
  await press('9')
  assert.equal(await caret(), '4111 2222 9|333')
  await press('Backspace')
  assert.equal(await caret(), '4111 2222 |333')
  await press('Backspace')
  assert.equal(await caret(), '4111 222|3 33')
  await press('Home', 'Delete')
  assert.equal(await caret(), '|1112 2233 3')
  await expiry.pressSequentially('12')
  assert.equal(await caret(), '12 / |')
  await press('Backspace')
  assert.equal(await caret(), '1|')
})

test('a card number is pasted with its spaces, and filled in by a browser', async (t) => {
  const { page, pan, expiry, caret } = await open(t)
  await pan.pressSequentially('4')
  await page.evaluate('document.execCommand("insertText", false, "111-1111 1111 1111")')
  assert.equal(await caret(), '4111 1111 1111 1111|')
  await expiry.fill('12/2030')
  assert.equal(await expiry.inputValue(), '12 / 30')
})

test('what was typed before the script came is put into its groups', async (t) => {
  const { url } = await startPaymentSite(t)
  const page = await openPhone(t, browser)
  const script = Promise.withResolvers<void>()
  await page.route('**/assets/*.js', async (route) => {
    await script.promise
    await route.continue()
  })
  await page.goto(url, { waitUntil: 'commit' })
  await page.getByLabel('Card number').fill('41111111')
  script.resolve()
  await page.locator('.brand', { hasText: 'Visa' }).waitFor()
  assert.equal(await page.getByLabel('Card number').inputValue(), '4111 1111')
})

test('what is wrong is said when a field is left, and not while it is typed', async (t) => {
  const { page, pan, expiry, code, gateway, complaints } = await open(t, { flow: { brands: ['visa'] } })
  const error = (name: string) => page.locator(`#${name}-error`).textContent()
  await pan.pressSequentially('4111 1111 1111 1112')
  assert.equal(await error('cardNumber'), '')
  await page.keyboard.press('Tab')
  assert.equal(await error('cardNumber'), 'This card number is not valid. Please check each digit.')
  assert.equal(await pan.getAttribute('aria-invalid'), 'true')
  await expiry.pressSequentially('1220')
  await code.focus()
  assert.match((await error('expiry')) ?? '', /expired/)
  await checkPage(page, 'errors')
  await pan.fill('5555555555554444')
  assert.equal(await error('cardNumber'), '')
  await code.focus()
  assert.match((await error('cardNumber')) ?? '', /This type of card is not accepted/)
  await payButton(page).click()
  assert.equal(await error('securityCode'), 'Enter the security code.')
  assert.equal(await page.evaluate('document.activeElement.id'), 'cardNumber')
  assert.deepEqual(gateway.asked, [])
  assert.deepEqual(complaints, [])
})

test('an error pushes nothing away from under a finger that is down', async (t) => {
  const { page, pan } = await open(t)
  const error = () => page.locator('#cardNumber-error').textContent()
  await pan.pressSequentially('4111')
  await page.mouse.move(10, 10)
  await page.mouse.down()
  assert.equal(await page.evaluate('document.activeElement.tagName'), 'BODY')
  assert.equal(await error(), '')
  await page.mouse.up()
  await page.locator('#cardNumber-error', { hasText: 'This card number is not valid' }).waitFor()
})

test('the agent sees the page opened, counts while they are typed, and the payment end', async (t) => {
  const { page, session, vault, pan } = await open(t)
  const seen = (when: (view: ReturnType<typeof session.view>) => boolean) =>
    new Promise<void>((resolve) => {
      const look = (view: ReturnType<typeof session.view>) => when(view) && resolve()
      t.after(session.subscribe(look))
      look(session.view())
    })
  await seen(({ link }) => link.opened)
  const typed = seen(({ fields, link }) => fields.pan.digits === 16 && link.typing === 'pan')
  await pan.pressSequentially('4111111111111111')
  await typed
  await typeCard(page, { 'Expiry date': '1230', 'Security code': '123' })
  await payButton(page).click()
  await heading(page, 'Paid')
  assert.equal(session.view().result?.outcome, 'approved')
  assert.doesNotMatch(vault.lines.join(''), /4111/)
})

test('typing takes over from the keypad', async (t) => {
  const { page, session, pan } = await open(t, { launch: { entry: 'keypad', caller: 'on-call' } })
  await says(page, 'You are being asked to use your phone’s keypad.')
  await checkPage(page, 'keypad-in-use')
  session.press('4')
  const taken = new Promise<void>((resolve) => {
    session.subscribe(({ entry }) => entry === 'link' && resolve())
  })
  await pan.pressSequentially('4111')
  await taken
  assert.equal(await page.getByText('You are being asked to use').count(), 0)
  assert.equal(session.view().entry, 'link')
})

test('who types into a page whose session has ended is told so', async (t) => {
  const { page, session, pan } = await open(t)
  await session.cancel()
  await pan.pressSequentially('4')
  await heading(page, 'The payment was cancelled')
})

test('a card is typed and paid by keyboard alone', async (t) => {
  const { page, gateway } = await open(t)
  const { 'Card number': number, 'Expiry date': date, 'Security code': code } = rightCard
  for (const text of [number, date, code]) {
    await page.keyboard.press('Tab')
    await page.keyboard.type(text)
  }
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'Pay £12.40')
  await page.keyboard.press('Enter')
  await heading(page, 'Paid')
  assert.equal(gateway.asked.length, 1)
})
