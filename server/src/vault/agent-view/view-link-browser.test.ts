import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import { press, settle, visa } from '../test-vault.ts'
import { focused, keepingSenders, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

const john = { initialValues: { CustomerPhoneNumber: '+48 500 000 123' } }
const typedCard = { pan: visa, expiry: '1230', securityCode: '123' }

test('a caller who cannot use a keypad gets a link in mid-call, and the agent follows it to the end', async (t) => {
  const accepted = Promise.withResolvers<void>()
  const { sent, linkSenders } = keepingSenders(() => accepted.promise)
  const { page, session, complaints } = await openView(t, { linkSenders, launch: john })
  const view = await viewOf(page)
  press(session, '4111')
  await view.getByRole('button', { name: en.useLink }).click()
  await says(view, en.standing.linkUnsent)
  await says(view, /^I can send you a link to a secure payment page/)
  await focused(view, en.useKeypad)
  assert.equal(await view.getByRole('button', { name: /Request|Take payment/ }).count(), 0)
  await says(view, '••• 123')

  await view.getByRole('button', { name: 'Send: Text message' }).click()
  await says(view, 'The link is being sent to ••• 123.')
  accepted.resolve()
  await says(view, 'The link was sent to ••• 123.')
  await says(view, /^I’ve sent you the link/)
  await view.getByRole('button', { name: 'Send again: Text message' }).waitFor()
  assert.equal(sent[0]?.to, '+48500000123')

  session.pageOpened()
  await says(view, en.standing.linkOpened)
  session.pageTyped('pan', 7)
  await says(view, en.standing.linkTyping.pan)
  await view.getByLabel(en.digits(7)).waitFor()
  const answered = session.submitCard(typedCard)
  await view.getByRole('heading', { name: 'Paid' }).waitFor()
  assert.deepEqual(await answered, {})
  assert.deepEqual(complaints, [])
})

test('back to the keypad goes on where the card was, and a session of the payment page has no keypad', async (t) => {
  const { page, session } = await openView(t, keepingSenders())
  const view = await viewOf(page)
  press(session, `${visa}#`)
  await view.getByRole('button', { name: en.useLink }).click()
  await view.getByRole('button', { name: en.useKeypad }).click()
  await says(view, en.standing.asked.expiry)
  await focused(view, en.useLink)

  const digital = await openView(t, { launch: { entry: 'link', caller: 'no-call' } })
  const second = await viewOf(digital.page)
  await says(second, en.noChannels)
  await says(second, en.standing.linkElsewhere)
  assert.equal(await second.getByRole('button', { name: /keypad/ }).count(), 0)
})

test('the caller’s number is offered for a text message, and goes nowhere until the agent sends it', async (t) => {
  const { sent, linkSenders } = keepingSenders()
  const { page } = await openView(t, { linkSenders, callerNumber: '+48500111222', width: 320 })
  const view = await viewOf(page)
  await view.getByRole('button', { name: en.useLink }).click()
  await view.getByRole('button', { name: en.channels.email.enterAddress }).click()
  assert.equal(await view.getByRole('button', { name: en.useCallerNumber }).count(), 0)
  await view.getByRole('button', { name: en.close }).click()
  await view.getByRole('button', { name: en.channels.sms.enterAddress }).click()
  const address = view.getByLabel(en.channels.sms.addressLabel)
  assert.equal(await address.inputValue(), '')
  await view.getByRole('button', { name: en.useCallerNumber }).click()
  assert.equal(await address.inputValue(), '+48500111222')
  await view.locator('input:focus').waitFor()
  assert.equal(sent.length, 0)
  await assertAccessible(view)
  assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
  await shoot(page, 'agent-view-caller-number-320-light')
  await page.keyboard.press('Enter')
  await says(view, 'The link was sent to ••• 222.')
  assert.equal(sent[0]?.to, '+48500111222')
})

test('what is no telephone number is not offered for a text message', async (t) => {
  const { page } = await openView(t, { ...keepingSenders(), callerNumber: 'anonymous' })
  const view = await viewOf(page)
  await says(view, 'anonymous')
  await view.getByRole('button', { name: en.useLink }).click()
  await view.getByRole('button', { name: en.channels.sms.enterAddress }).click()
  assert.equal(await view.getByRole('button', { name: en.useCallerNumber }).count(), 0)
})

test('another address is typed, corrected and used, and the browser keeps nothing of it', async (t) => {
  const { sent, linkSenders } = keepingSenders()
  const { page, session } = await openView(t, { linkSenders, launch: { ...john, entry: 'link' } })
  const view = await viewOf(page)
  const sms = view.locator('.channel', { hasText: 'Text message' })
  await sms.getByRole('button', { name: en.channels.sms.otherAddress }).click()
  await view.locator('input:focus').waitFor()
  await page.keyboard.type('500 111 222')
  await page.keyboard.press('Enter')
  await says(view, en.refusals.address)
  await says(view, en.channels.sms.addressHint)
  assert.equal(await sms.getByLabel(en.channels.sms.addressLabel).getAttribute('aria-invalid'), 'true')
  await view.locator('input:focus').waitFor()
  await assertAccessible(view)
  await shoot(page, 'agent-view-link-address-refused-420-light')
  await page.keyboard.press('Home')
  await page.keyboard.type('+48 ')
  await page.keyboard.press('Enter')
  await says(view, 'The link was sent to ••• 222.')
  await focused(view, en.channels.sms.otherAddress)
  assert.equal(sent.at(-1)?.to, '+48500111222')

  const email = view.locator('.channel', { hasText: en.channels.email.name })
  await email.getByRole('button', { name: en.channels.email.enterAddress }).click()
  await view.locator('input:focus').waitFor()
  await page.keyboard.press('Escape')
  await focused(view, en.channels.email.enterAddress)
  await page.keyboard.press('Enter')
  await view.locator('input:focus').waitFor()
  await page.keyboard.type('john.secret@example.com')
  await page.keyboard.press('Enter')
  await says(view, 'The link was sent to j•••@example.com.')
  assert.equal(sent.at(-1)?.to, 'john.secret@example.com')
  assert.equal(session.admits(sent[0]?.url.split('/').at(-1) ?? ''), 'former')

  const kept = await view.evaluate(
    'indexedDB.databases().then((databases) => JSON.stringify({ ...localStorage, ...sessionStorage, databases }))',
  )
  assert.match(String(kept), /^\{"[0-9a-f-]{36}":"[0-9a-f]{32}","databases":\[\]\}$/)
  assert.doesNotMatch(await view.content(), /500111222|500 111 222|secret/)
})

test('a link that could not be sent is said, and sent again', async (t) => {
  let fails = true
  const { linkSenders } = keepingSenders(async () => {
    if (fails) throw new Error('The gateway is away.')
  })
  const { page } = await openView(t, { linkSenders, launch: { ...john, entry: 'link' } })
  const view = await viewOf(page)
  await view.getByRole('button', { name: 'Send: Text message' }).click()
  await says(view, 'The link could not be sent to ••• 123.')
  await says(view, en.refusals['not-sent'])
  await assertAccessible(view)
  await shoot(page, 'agent-view-link-failed-420-light')
  fails = false
  await view.getByRole('button', { name: 'Send again: Text message' }).click()
  await says(view, 'The link was sent to ••• 123.')
})

test('a card that the page refuses is said to the agent, who sees no digit of it', async (t) => {
  const { page, session } = await openView(t, { launch: { entry: 'link', caller: 'no-call' } })
  const view = await viewOf(page)
  session.pageOpened()
  await session.submitCard({ ...typedCard, pan: '4111111111111112' })
  await settle()
  await says(view, en.standing.linkRefused)
  await says(view, 'Not a valid card number, 2 attempts left')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every state of a link is accessible and fits a panel of 320 pixels, ${colorScheme}`, async (t) => {
    const { linkSenders } = keepingSenders()
    const { page, session } = await openView(t, {
      linkSenders,
      launch: john,
      width: 320,
      context: { colorScheme },
    })
    const view = await viewOf(page)
    const check = async (state: string) => {
      await assertAccessible(view)
      assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
      await shoot(page, `agent-view-link-${state}-320-${colorScheme}`)
    }
    await view.getByRole('button', { name: en.useLink }).click()
    await says(view, en.standing.linkUnsent)
    await check('unsent')
    await view.getByRole('button', { name: en.channels.sms.otherAddress }).click()
    await check('address')
    await view.getByRole('button', { name: 'Close' }).click()
    await view.getByRole('button', { name: 'Send: Text message' }).click()
    await says(view, 'The link was sent to ••• 123.')
    await check('sent')
    session.pageOpened()
    session.pageTyped('pan', 16)
    session.pageTyped('expiry', 2)
    await says(view, en.standing.linkTyping.expiry)
    await check('typing')
  })
}
