import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { startCli } from '../server/src/cli/test-cli.ts'
import { initialValueNames } from '../server/src/payments/configurations/initial-value-names.ts'
import {
  withProviderDefaults,
  writtenProvider,
} from '../server/src/payments/configurations/provider-settings.ts'
import { readConfiguration } from '../server/src/payments/configurations/read-configuration.ts'
import {
  credentials,
  flows,
  json,
  startProvider,
  tenantId,
} from '../server/src/payments/remote-provider/test-provider.ts'
import { startRemote, success } from '../server/src/payments/remote-provider/test-remote-provider.ts'
import { stateAfter } from '../server/src/payments/session-state.ts'

const page = readFileSync(new URL('remote-provider.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code = '']) => ({
  language,
  code,
}))
const [pciPal = '', vault = '', ...others] = blocks
  .filter(({ language }) => language === 'json')
  .map(({ code }) => code)

/** The names in the first column of the table under this heading. */
const namesUnder = (heading: string) => {
  const rows =
    page
      .slice(page.indexOf(`| ${heading}`))
      .split('\n\n', 1)[0]
      ?.split('\n')
      .slice(2) ?? []
  return rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
}

test('the commands of the page lead from a secret to the callback URL, with the configuration of the page between', async (t) => {
  const commands = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code.trim())
  assert.equal(commands.length + 2, blocks.length)
  assert.deepEqual(others, [])
  const { run, files, typedSecrets } = await startCli(t)
  typedSecrets.push(credentials.clientSecret)
  files.set('page.json', pciPal)
  const put = 'npm run --silent admin -- configuration put page.json --account "Harbour Street Books"'
  const [putSecret = '', showUrl = ''] = commands
  const answers: string[] = []
  for (const command of [putSecret, put, showUrl]) {
    const [, typed = ''] = /^npm run --silent admin -- (.*)$/.exec(command) ?? []
    const words = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    const { code, answer, complaint } = await run(...words)
    assert.equal(code, 0, complaint)
    answers.push(answer)
  }
  assert.match(answers[2] ?? '', /^https?:\/\/.*\/v1\/provider\/\d+\/3\/callback\/[0-9a-f]{64}\n$/)
})

test('both configurations of the page are taken in production, and leave out what is usual', () => {
  for (const text of [pciPal, vault]) {
    assert.ok('configuration' in readConfiguration(JSON.parse(text), brandNames, 'production'))
  }
})

test('a session of the configuration of the page is opened and paid', async (t) => {
  const provider = await startProvider(t)
  const { configure, open, get, callBack } = await startRemote(t, { provider })
  const written = JSON.parse(pciPal)
  const here = { baseUrl: provider.baseUrl, privateAddresses: 'allowed' }
  await configure({ ...written, id: 30, provider: { ...written.provider, ...here } })
  const { sessionGuid, paymentFormUrl } = await open()
  assert.equal(paymentFormUrl, '')
  assert.deepEqual(provider.launches[0]?.initialValues, {
    ...{ orderReference: 'order-1001', orderAmount: '1240', orderCurrency: 'GBP', name: 'John Smith' },
    sessionGuid,
  })
  await callBack(success(sessionGuid))
  assert.equal((await get(sessionGuid)).paymentResultData.paymentOutcome, 'approved')
  assert.equal(written.provider.tenantId, tenantId)
  assert.equal(written.provider.flowId.agentAssist, flows.agentAssist)
})

test('the tables name every member and place that there is, and no other', () => {
  assert.deepEqual(namesUnder('member of `provider`').sort(), Object.keys(writtenProvider.properties).sort())
  assert.deepEqual(
    namesUnder('member of `callback`').sort(),
    Object.keys(writtenProvider.properties.callback.properties).sort(),
  )
  const places = namesUnder('placeholder ').map((place) => place.replace(/^\{\{|(\.…)?\}\}$/g, ''))
  assert.deepEqual(places.sort(), Object.keys(initialValueNames).sort())
})

test('the words of the page mean what they mean, and values stand where it says', () => {
  const { callback } = withProviderDefaults(JSON.parse(pciPal).provider)
  const rows = page.slice(page.indexOf('| word ')).split('\n\n', 1)[0] ?? ''
  const words = [...rows.matchAll(/^\| `(\w+)` +\| `(\w+)` *\| `(\w+)`/gm)]
  assert.deepEqual(Object.fromEntries(words.map(([, word, meaning]) => [word, meaning])), callback.results)
  const ends = { approved: 'success', declined: 'success', cancelled: 'cancelled', unknown: 'internal-error' }
  for (const [, , meaning = '', state] of words) {
    assert.equal(stateAfter[ends[meaning as keyof typeof ends] as keyof typeof stateAfter], state)
  }
  const usual = [...page.matchAll(/^\| `(\w+)` +\| `(\w+)`/gm)].filter(([, name = '']) => name in callback)
  assert.ok(usual.length >= 10)
  for (const [, name, place] of usual) {
    assert.equal(String(callback[name as keyof typeof callback]), place)
  }
})

test("the provider's refusals are answered in the words of the page", async (t) => {
  const { create, provider } = await startRemote(t)
  const [, refusal = ''] = /502 `(Provider's.*?)`/.exec(page) ?? []
  provider.behaviour.token = () => json(400, { error: 'invalid_client' })
  assert.ok((await create()).json.detail.startsWith(refusal))
  delete provider.behaviour.token
  const [, unknownFlow = ''] = /502 `(The payment provider does not know.*?)`/.exec(page) ?? []
  provider.behaviour.launch = () => ({ status: 400, body: 'The flow identifier 695 was not found' })
  assert.ok((await create()).json.detail.startsWith(unknownFlow))
})
