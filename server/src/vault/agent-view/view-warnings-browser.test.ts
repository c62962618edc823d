import assert from 'node:assert/strict'
import { test } from 'node:test'
import { en } from '../../../../web/src/agent-view/texts/en.ts'
import { assertAccessible } from '../../../test/harness/test-browser.ts'
import type { GatewayAnswer } from '../model/gateway.ts'
import { press, testGateway, visa, wholeCard } from '../test-vault.ts'
import { focused, keptOf, says, shoot, startViewBrowser, viewOf } from './test-view-browser.ts'

const { openView } = await startViewBrowser()

test('tones in the call, lost audio and a caller who hung up are said with what to do', async (t) => {
  const { page, session } = await openView(t)
  const view = await viewOf(page)
  const warnings = view.locator('[aria-live=assertive]')
  press(session, `${visa}#12`)
  session.callTrouble('in-band-tones')
  await warnings.getByText(en.warnings['in-band-tones'].heading).waitFor()
  await says(view, en.standing.keypadClosed)
  await says(view, 'Please stop pressing keys for a moment. Shall I send you a link instead?')
  await view.getByText(en.fieldStates.empty).nth(2).waitFor()
  assert.equal(await view.getByRole('button', { name: en.ask }).count(), 0)
  assert.equal(await view.getByRole('switch').count(), 0)
  session.callTrouble('audio-lost')
  await warnings.getByText(en.warnings['audio-lost'].heading).waitFor()
  await assertAccessible(view)
  await shoot(page, 'agent-view-warnings-420-light')
  session.callTrouble('audio-back')
  await warnings.getByText(en.warnings['audio-lost'].heading).waitFor({ state: 'detached' })
  session.callTrouble('line-lost')
  await warnings.getByText(en.warnings['line-lost'].heading).waitFor()
  session.callTrouble('line-secured')
  await warnings.getByText(en.warnings['earlier-tones'].heading).waitFor()
  await warnings.getByText(en.warnings['in-band-tones'].heading).waitFor({ state: 'detached' })
  await view.getByRole('button', { name: en.askFor.expiry }).waitFor()
  await assertAccessible(view)
  await shoot(page, 'agent-view-earlier-tones-420-light')
  session.callTrouble('line-lost')
  await says(view, en.standing.lineLost)
  await says(view, en.words['line-lost'])
  session.callTrouble('keys-lost')
  await warnings.getByText(en.warnings['keys-lost'].heading).waitFor()
  await assertAccessible(view)
  await shoot(page, 'agent-view-line-lost-420-light')
  session.callTrouble('line-secured')
  await warnings.getByText(en.warnings['line-lost'].heading).waitFor({ state: 'detached' })
  session.callEnded()
  await warnings.getByText(en.warnings['hung-up'].heading).waitFor()
  await says(view, /^We were cut off earlier/)
  await says(view, en.sayOnCallback)
  assert.equal(await view.getByText(en.say, { exact: true }).count(), 0)
  await assertAccessible(view)
  await shoot(page, 'agent-view-hung-up-420-light')
})

for (const trouble of ['in-band-tones', 'line-lost', 'keys-lost', 'audio-lost'] as const) {
  test(`the link is one press away in the warning: ${trouble}`, async (t) => {
    const { page, session } = await openView(t)
    const view = await viewOf(page)
    session.callTrouble(trouble)
    await view.locator('.warning').getByRole('button', { name: en.useLink }).focus()
    await page.keyboard.press('Enter')
    await view.getByRole('heading', { name: en.linkHeading }).waitFor()
    assert.equal(session.view().entry, 'link')
    assert.equal(await view.locator('.warning').getByRole('button', { name: en.useLink }).count(), 0)
  })
}

test('the keypad can be gone back to only when the line is secured anew', async (t) => {
  const { page, session } = await openView(t)
  const view = await viewOf(page)
  session.callTrouble('in-band-tones')
  await view.locator('.warning').getByRole('button', { name: en.useLink }).click()
  await view.getByRole('heading', { name: en.linkHeading }).waitFor()
  assert.equal(await view.getByRole('button', { name: en.useKeypad }).count(), 0)
  session.callTrouble('line-lost')
  session.callTrouble('line-secured')
  await view.getByRole('button', { name: en.useKeypad }).click()
  await says(view, en.standing.asked.pan)
  press(session, '4')
  await says(view, en.standing.typing.pan)
})

for (const [locale, width, colorScheme] of [
  ['en-GB', 320, 'light'],
  ['de-AT', 320, 'dark'],
  ['pl-PL', 420, 'light'],
  ['en-GB', 420, 'dark'],
] as const) {
  test(`the caller’s number is in the header, to be copied: ${locale}, ${width} px, ${colorScheme}`, async (t) => {
    const { page, session, complaints } = await openView(t, {
      width,
      context: { locale, colorScheme },
      callerNumber: '+447700900123',
      launch: { order: { amountMinor: 123_450, currency: 'EUR', reference: 'order-1001' } },
    })
    const view = await viewOf(page)
    const number = view.locator('header').getByText('+447700900123', { exact: true })
    await number.click()
    assert.equal(await view.evaluate('getSelection().toString()'), '+447700900123')
    session.callTrouble('in-band-tones')
    await view.locator('.warning').waitFor()
    assert.equal(await view.evaluate('document.documentElement.scrollWidth'), width)
    await assertAccessible(view)
    await shoot(page, `agent-view-tones-${locale.slice(0, 2)}-${width}-${colorScheme}`)
    assert.deepEqual(complaints, [])
  })
}

test('where nobody told the caller’s number, nothing stands in its place', async (t) => {
  const { page } = await openView(t)
  const view = await viewOf(page)
  assert.equal(await view.getByText(en.callerNumber).count(), 0)
})

test('a call that the agent or the phone system ended is not said to be hung up by the caller', async (t) => {
  const { page, session } = await openView(t)
  const view = await viewOf(page)
  session.callEnded('platform')
  await view.getByText(en.warnings['call-ended'].heading).waitFor()
  assert.equal(await view.getByText(en.warnings['hung-up'].heading).count(), 0)
  assert.equal(session.view().callEndedBy, 'platform')
})

test('doubled tones are noticed, and slow mode is one press away', async (t) => {
  const { page, vault, session } = await openView(t)
  const view = await viewOf(page)
  for (const key of '4111') {
    press(session, key)
    await vault.clock.advance(60)
    press(session, key)
    await vault.clock.advance(400)
  }
  await says(view, en.warnings['doubled-tones'].heading)
  await view.getByRole('button', { name: en.turnOnSlowMode }).focus()
  await page.keyboard.press('Enter')
  await view.locator('[role=switch][aria-checked=true]').waitFor()
  assert.equal(session.view().slowMode, true)
  await view.getByText(en.warnings['doubled-tones'].heading).waitFor({ state: 'detached' })
  await view.locator('.standing:focus').waitFor()
})

test('a session that is about to end counts down, and goes on with one press', async (t) => {
  const { page, vault, session } = await openView(t)
  const view = await viewOf(page)
  await keptOf(view, ({ length }) => length === 1)
  await vault.clock.advance(845_000)
  await page.clock.fastForward(845_000)
  await says(view, en.warnings['ending-soon'].heading)
  const left = view.getByRole('timer')
  await left.filter({ hasText: /^0:[45]\d$/ }).waitFor()
  await vault.clock.advance(20_000)
  await page.clock.fastForward(20_000)
  await left.filter({ hasText: /^0:[123]\d$/ }).waitFor()
  await assertAccessible(view)
  await shoot(page, 'agent-view-ending-soon-420-light')
  await view.getByRole('button', { name: en.goOn }).click()
  await view.getByText(en.warnings['ending-soon'].heading).waitFor({ state: 'detached' })
  assert.equal(session.view().endsAt, vault.clock.now() + 900_000)
})

test('a session that has reached its longest time says that it cannot go on', async (t) => {
  const { page, vault } = await openView(t, { flow: { lifetimeSeconds: 100 } })
  const view = await viewOf(page)
  await vault.clock.advance(50_000)
  await view.getByRole('button', { name: en.goOn }).click()
  await says(view, en.cannotGoOn)
  await vault.clock.advance(50_000)
  await view.getByRole('heading', { name: 'Not paid' }).waitFor()
  await says(view, String(en.ends.expired))
})

test('the customer’s bank asks the customer, and the agent is told so', async (t) => {
  const { page, session } = await openView(t, {
    launch: { entry: 'link', caller: 'no-call' },
    gateway: testGateway({
      answers: async () => ({
        status: 'challenge',
        challenge: { url: 'https://bank.example/ask', fields: {} },
      }),
    }),
  })
  const view = await viewOf(page)
  session.pageOpened()
  session.submitCard({ pan: visa, expiry: '1230', securityCode: '123' }).catch(() => {})
  await says(view, en.standing.challenged)
  await says(view, /^Your bank is asking you to confirm the payment/)
  await assertAccessible(view)
  await shoot(page, 'agent-view-challenged-420-light')
})

const declined: GatewayAnswer = { status: 'declined', reason: 'insufficient-funds' }

test('every end is told in plain words, with the gateway’s reason', async (t) => {
  for (const [name, answer, texts] of [
    [
      'declined',
      async () => declined,
      ['Declined', en.declineReasons['insufficient-funds'], 'Your bank declined the payment'],
    ],
    [
      'unknown',
      () => new Promise<never>(() => {}),
      [en.outcomes.unknown.heading, 'Do not take the payment again'],
    ],
  ] as const) {
    const { page, vault, session } = await openView(t, {
      gateway: testGateway({ answers: answer }),
    })
    const view = await viewOf(page)
    press(session, `${wholeCard}1`)
    if (name === 'unknown') {
      await says(view, en.standing.processing)
      await vault.clock.advance(30_000)
    }
    for (const text of texts) await says(view, new RegExp(text))
    await assertAccessible(view)
    await shoot(page, `agent-view-${name}-420-light`)
  }
})

test('a caller without attempts left, and one of whom nothing is heard', async (t) => {
  const { page, session } = await openView(t, { flow: { attempts: 2 } })
  const view = await viewOf(page)
  press(session, '4111111111111112#')
  await says(view, 'Not a valid card number, last attempt')
  press(session, '4111111111111112#')
  await says(view, String(en.ends['too-many-failed-attempts']))
  const silent = await openView(t)
  const other = await viewOf(silent.page)
  press(silent.session, '4111')
  await silent.vault.clock.advance(5_000)
  await says(other, en.standing.stopped.pan)
  await says(other, /^Take your time\. Please key it in again/)
})

for (const [locale, stands, say, button] of [
  ['de-AT', 'Warten auf die Kartennummer.', 'Bitte tippen Sie Ihre Kartennummer', 'Abbrechen'],
  ['pl-PL', 'Oczekiwanie na numer karty.', 'Spokojnie: numer karty, potem krzyżyk.', 'Anuluj'],
] as const) {
  test(`the view speaks the browser’s language, with the configuration’s own words: ${locale}`, async (t) => {
    const { page, session, complaints } = await openView(t, {
      width: 320,
      context: { locale },
      flow: {
        texts: { agentWords: { pl: { 'ask-card-number': 'Spokojnie: numer karty, potem krzyżyk.' } } },
      },
      launch: { order: { amountMinor: 123_450, currency: 'EUR' } },
    })
    const view = await viewOf(page)
    await says(view, stands)
    await says(view, new RegExp(say))
    await says(view, locale === 'de-AT' ? /^1\.234,50\s€$/ : /^1234,50\s€$/)
    await view.getByRole('button', { name: button }).waitFor()
    await assertAccessible(view)
    session.callTrouble('audio-lost')
    press(session, wholeCard)
    await view.locator('.field.complete').nth(2).waitFor()
    assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
    await assertAccessible(view)
    await shoot(page, `agent-view-confirming-${locale.slice(0, 2)}-320-light`)
    assert.deepEqual(complaints, [])
  })
}

test('at 200 % zoom, in forced colours and without motion everything stays in reach', async (t) => {
  const { page, session } = await openView(t, {
    width: 320,
    context: { forcedColors: 'active', reducedMotion: 'reduce' },
  })
  const view = await viewOf(page)
  await view.evaluate('document.documentElement.style.fontSize = "200%"')
  press(session, `${visa}#12`)
  await says(view, en.standing.typing.expiry)
  await shoot(page, 'agent-view-typing-320-forced')
  assert.equal(await view.evaluate('document.documentElement.scrollWidth'), 320)
  assert.equal(await view.evaluate('document.getAnimations().length'), 0)
  await view.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await focused(view, en.cancelNo)
})
