import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { en } from '../../../web/src/agent-view/texts/en.ts'
import { startPaymentSite } from '../../src/vault/payment-page/test-payment-page.ts'
import { approval, press, startVault, testGateway, wholeCard } from '../../src/vault/test-vault.ts'
import { startVaultSite } from '../../src/vault/test-vault-site.ts'
import { type Engine, until, type Where } from './engine.ts'
import { startEngines } from './start-engines.ts'

const says = (engine: Engine, text: string, where: Where = 'frame') =>
  until(engine, `document.body.innerText.includes(${JSON.stringify(text)})`, where)

/** An agent view in the frame of a desktop that keeps its name to itself, as soon as it is drawn. */
async function openView(t: TestContext, engine: Engine, referrerPolicy: string) {
  const vault = await startVault(t, { gateway: testGateway({ answers: async () => approval }) })
  const site = await startVaultSite(t, vault, vault.clock)
  const launched = await vault.launch({ frameAncestors: [site.desktop], stateMessages: [site.desktop] })
  site.showOnDesktop(launched, referrerPolicy)
  await engine.open(site.desktop)
  await says(engine, en.standing.asked.pan)
  return vault.find(launched.guid)
}

/** The agent views of two sessions in the frames of one desktop, as soon as they are drawn. */
async function openTwoViews(t: TestContext, engine: Engine) {
  const vault = await startVault(t, { gateway: testGateway({ answers: async () => approval }) })
  const site = await startVaultSite(t, vault, vault.clock)
  const launched = await vault.launch({ frameAncestors: [site.desktop] })
  const second = await vault.launch({ frameAncestors: [site.desktop] })
  site.showBothOnDesktop(launched, second)
  await engine.open(site.desktop)
  await says(engine, en.standing.asked.pan)
  await says(engine, en.standing.asked.pan, 'second frame')
  return { ...site, first: vault.find(launched.guid), second: vault.find(second.guid) }
}

/** Looks until the streams that are open are as wanted. */
async function becomes(openStreams: () => readonly string[], wanted: readonly string[]): Promise<void> {
  const end = Date.now() + 20_000
  while (openStreams().join() !== wanted.join()) {
    if (Date.now() > end) throw new Error(`The streams that are open are: ${openStreams().join()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const lastMessage = 'messages.at(-1).data'

for await (const { name, engine } of startEngines()) {
  describe(engine.name, () => {
    after(() => engine.close())

    test('a customer types a card into the payment page and pays', async (t) => {
      const { url, session } = await startPaymentSite(t)
      await engine.open(url)
      await until(engine, `performance.getEntriesByName('payment-page-ready').length > 0`)
      for (const [autocomplete, keys] of [
        ['cc-number', '4111111111111111'],
        ['cc-exp', '1230'],
        ['cc-csc', '123'],
      ] as const) {
        await engine.evaluate(`document.querySelector('[autocomplete=${autocomplete}]').focus()`)
        await engine.type(keys)
      }
      assert.equal(
        await engine.evaluate(`[cardNumber.value, cardNumber.autocomplete].join()`),
        '4111 1111 1111 1111,off',
      )
      await engine.evaluate(`document.querySelector('#card button').click()`)
      await until(engine, `document.querySelector('h1')?.innerText === 'Paid'`)
      assert.equal(session.view().result?.outcome, 'approved')
    })

    for (const referrerPolicy of ['no-referrer', 'same-origin', 'strict-origin-when-cross-origin']) {
      test(`the view tells a desktop with ${referrerPolicy} what becomes of the payment`, async (t) => {
        const session = await openView(t, engine, referrerPolicy)
        press(session, '4111')
        await says(engine, en.standing.typing.pan)
        await until(engine, `${lastMessage}.state.fields.pan.digits === 4`)
        press(session, `*${wholeCard}`)
        await says(engine, 'All card details are in.')
        await engine.evaluate(`document.querySelector('button.primary').click()`, 'frame')
        await says(engine, 'The payment went through.')
        await until(engine, `${lastMessage}.VariableData?.transactionResult.Value === 'SUCCESS'`)
      })
    }

    test('two views of a desktop share one stream, and each shows its own session', async (t) => {
      const { first, second, openStreams, breakConnections } = await openTwoViews(t, engine)
      const shareOne = () => becomes(openStreams, ['POST /session/events'])
      press(first, '4111')
      await says(engine, en.standing.typing.pan)
      await says(engine, en.standing.asked.pan, 'second frame')
      press(second, wholeCard)
      await says(engine, 'All card details are in.', 'second frame')
      await shareOne()
      breakConnections()
      press(first, `*${wholeCard}`)
      await says(engine, 'All card details are in.')
      await shareOne()
      await engine.evaluate(`document.querySelector('button.primary').click()`, 'second frame')
      await says(engine, 'The payment went through.', 'second frame')
      assert.equal(first.view().state, 'confirming')
      // WebKitGTK puts a worker to sleep with the last page that is kept for Back, its stream included.
      if (name !== 'Firefox') return
      await engine.open('about:blank')
      await becomes(openStreams, [])
    })

    test('the frame is reloaded without a question, again and again, and goes on where it was', async (t) => {
      const session = await openView(t, engine, 'no-referrer')
      press(session, '4')
      for (let digits = 2; digits < 5; digits += 1) {
        await until(engine, 'Object.keys(sessionStorage).length > 0', 'frame')
        await engine.evaluate('void (window.beforeReload = true)', 'frame')
        await engine.evaluate('void setTimeout(() => location.reload())', 'frame')
        await until(engine, `!window.beforeReload && document.querySelector('#view .fields')`, 'frame')
        press(session, '1')
        await until(engine, `${lastMessage}.state.fields.pan.digits === ${digits}`)
      }
      assert.equal(await engine.evaluate('location.search.includes("opening")', 'frame'), 'false')
    })
  })
}
