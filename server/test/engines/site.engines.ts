import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { createBuiltSite } from '../../src/sandbox/docs/built-site.ts'
import { startTestTonegate } from '../harness/test-tonegate.ts'
import { type Engine, until } from './engine.ts'
import { startEngines } from './start-engines.ts'

assert.equal(await createBuiltSite().settled(), 'ready', 'npm run docs:build')

/** A page of the documentation that a sandbox serves, once its script runs; from then on it keeps what it complains of. */
async function openPage(t: TestContext, engine: Engine, path: string): Promise<void> {
  const { origin } = await startTestTonegate(t)
  await engine.open(`${origin}/docs/${path}`)
  await until(engine, `document.querySelector('#app').__vue_app__`)
  await engine.evaluate('void (window.complaints = [])')
  for (const event of ['securitypolicyviolation', 'error', 'unhandledrejection'])
    await engine.evaluate(
      `addEventListener('${event}', (it) => complaints.push(it.violatedDirective ?? it.message ?? String(it.reason)))`,
    )
}

const complaints = (engine: Engine) => engine.evaluate('complaints.join()')

/** The form of an operation, opened. */
async function openForm(engine: Engine, operation: string): Promise<string> {
  await engine.evaluate(`document.querySelector('#${operation.toLowerCase()} ~ .try-it button').click()`)
  const form = `document.querySelector('[aria-label="Try ${operation}"]')`
  await until(engine, form)
  return form
}

for await (const { engine } of startEngines()) {
  describe(engine.name, () => {
    after(() => engine.close())

    test('its main pages are read one after the other, without a complaint and without moving sideways', async (t) => {
      await openPage(t, engine, '')
      for (const path of ['quick-start', 'concepts', 'payment-api', 'webhooks', 'errors', 'api/']) {
        await engine.evaluate(`document.querySelector('.VPSidebar a[href="/docs/${path}"]').click()`)
        await until(engine, `location.pathname === '/docs/${path}' && document.querySelector('.vp-doc h1')`)
        assert.equal(
          await engine.evaluate('document.documentElement.scrollWidth <= innerWidth'),
          'true',
          path,
        )
      }
      assert.equal(await complaints(engine), '')
    })

    test('the search finds a section by its words', async (t) => {
      await openPage(t, engine, '')
      await engine.evaluate(
        `document.querySelector('button[aria-label="Search"], .VPNavBarSearch button').click()`,
      )
      await until(
        engine,
        `document.activeElement?.role === 'combobox' || document.querySelector('#localsearch-input')`,
      )
      await engine.evaluate(`document.querySelector('#localsearch-input').focus()`)
      await engine.type('insufficient funds')
      await until(engine, `document.querySelector('a.result')`)
      await engine.evaluate(`document.querySelector('a.result').click()`)
      await until(engine, `location.pathname !== '/docs/'`)
      assert.equal(await complaints(engine), '')
    })

    test('an operation is tried, and a stream is shown as it comes', async (t) => {
      await openPage(t, engine, 'api/sessions')
      const create = await openForm(engine, 'createSession')
      await engine.evaluate(`void ${create}.requestSubmit()`)
      await until(engine, `${create}.innerText.includes('"sessionGuid"')`)
      const follow = await openForm(engine, 'followSession')
      await engine.evaluate(`void ${follow}.requestSubmit()`)
      const stop = `[...${follow}.querySelectorAll('button')].find((each) => each.innerText === 'Stop')`
      await until(engine, stop)
      await engine.evaluate(`${stop}.click()`)
      await until(engine, `${follow}.querySelector('button').innerText === 'Send'`)
      assert.equal(await engine.evaluate(`${follow}.querySelectorAll('.bad').length`), '0')
      assert.equal(await complaints(engine), '')
    })

    test('the dark scheme stays', async (t) => {
      await openPage(t, engine, 'concepts')
      const isDark = `document.documentElement.classList.contains('dark')`
      const was = await engine.evaluate(isDark)
      await engine.evaluate(`document.querySelector('.VPSwitchAppearance').click()`)
      await until(engine, `${isDark} !== ${was}`)
      await engine.evaluate('void setTimeout(() => location.reload())')
      await until(engine, `window.complaints === undefined && ${isDark} !== ${was}`)
    })
  })
}
