import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']
const written = {
  id: 0,
  name: 'Telephone',
  resultTemplate: 'cybersource',
  defaultCurrency: 'GBP',
  flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desktop.example.com'] },
}

test('a configuration is put, listed, shown, and put again as it was shown', async (t) => {
  const { run, runJson, files } = await startCli(t)
  assert.match((await run('configuration', 'list', ...books)).answer, /payments are not possible/)
  files.set('-', JSON.stringify(written))
  const { answer } = await run('configuration', 'put', '-', ...books)
  assert.equal(answer, "The account 'Harbour Street Books' has the configuration 0, 'Telephone'.\n")
  const shown = (await run('configuration', 'show', '0', ...books)).answer
  assert.equal(JSON.parse(shown).flow.attempts, 3)
  files.set('again.json', shown.replace('Telephone', 'Keypad'))
  await run('configuration', 'put', 'again.json', ...books)
  assert.deepEqual(await runJson('configuration', 'list', ...books), [
    { id: 0, name: 'Keypad', gateway: 'sandbox', resultTemplate: 'cybersource' },
  ])
})

test('a configuration that an editor has written a byte order mark before is put', async (t) => {
  const { run, files } = await startCli(t)
  files.set('marked.json', `\ufeff${JSON.stringify(written)}`)
  assert.equal((await run('configuration', 'put', 'marked.json', ...books)).code, 0)
})

test('a configuration that is not valid is refused with every fault by its path', async (t) => {
  const { run, files } = await startCli(t)
  const flow = { ...written.flow, frameAncestors: ['https://a.example; script-src *'], colour: 'red' }
  files.set('wrong.json', JSON.stringify({ ...written, defaultCurrency: 'pound', flow }))
  const { code, complaint } = await run('configuration', 'put', 'wrong.json', ...books)
  assert.equal(code, 1)
  for (const path of ['/defaultCurrency', '/flow/frameAncestors/0', '/flow/colour']) {
    assert.ok(complaint.includes(`  ${path} `), complaint)
  }
  files.set('wrong.json', '{')
  assert.equal(
    (await run('configuration', 'put', 'wrong.json', ...books)).complaint,
    'The configuration is not valid JSON.\n',
  )
  assert.equal((await run('configuration', 'put', 'none.json', ...books)).code, 1)
  assert.match((await run('configuration', 'list', ...books)).answer, /payments are not possible/)
})

test('a configuration is of one account', async (t) => {
  const { run, files } = await startCli(t)
  await run('account', 'create', 'Quay')
  files.set('-', JSON.stringify(written))
  await run('configuration', 'put', '-', ...books)
  assert.equal((await run('configuration', 'show', '0', '--account', 'Quay')).code, 1)
  assert.equal((await run('configuration', 'show', 'x', ...books)).code, 2)
})

const resultKeys = { OrderNumber: '{{paymentData.MerchantReferenceCode}}', Note: '{{details.note}}' }

test('a configuration is previewed before and after it is put, with each outcome', async (t) => {
  const { run, runJson, files } = await startCli(t)
  files.set('new.json', JSON.stringify({ ...written, resultKeys }))
  const before = await runJson('configuration', 'preview', '--file', 'new.json')
  assert.equal(before.paymentOutcome, 'approved')
  assert.equal(before.OrderNumber, 'order-1001')
  await run('configuration', 'put', 'new.json', ...books)
  assert.deepEqual(await runJson('configuration', 'preview', '0', ...books), before)
  const declined = JSON.parse(
    (await run('configuration', 'preview', '0', ...books, '--outcome', 'declined')).answer,
  )
  assert.equal(declined.decision, 'REJECT')
  assert.equal(declined.declineReason, 'insufficient-funds')
})

test('a preview takes an example of the operator’s own, or says what is wrong with it', async (t) => {
  const { run, files } = await startCli(t)
  files.set('new.json', JSON.stringify({ ...written, resultKeys }))
  const preview = (sample: unknown) => {
    files.set('sample.json', JSON.stringify(sample))
    return run('configuration', 'preview', '--file', 'new.json', '--sample', 'sample.json')
  }
  const taken = await preview({ paymentData: { Amount: '5.00', OrderID: 'A-7' }, details: { note: 'n' } })
  const { Amount, OrderID, Note } = JSON.parse(taken.answer)
  assert.deepEqual({ Amount, OrderID, Note }, { Amount: '500', OrderID: 'A-7', Note: 'n' })
  for (const [sample, path] of [
    [{ paymentData: { Amount: 'five' } }, '/paymentData/Amount'],
    [{ paymentData: { Note: '4111 1111 1111 1111' } }, '/paymentData/Note'],
    [{ paymentData: [] }, '/paymentData'],
    [{ details: { note: 7 } }, '/details/note'],
    [7, '/'],
  ] as const) {
    const { code, complaint } = await preview(sample)
    assert.equal(code, 1)
    assert.ok(complaint.startsWith(`The sample is not valid:\n  ${path} `), complaint)
    assert.ok(!complaint.includes('4111'))
  }
})

test('faults of templates are found when a configuration is put or previewed', async (t) => {
  const { run, files } = await startCli(t)
  files.set(
    'wrong.json',
    JSON.stringify({ ...written, resultKeys: { A: '{{#card}}', B: '{{order.amont}}' } }),
  )
  for (const command of [
    ['put', 'wrong.json', ...books],
    ['preview', '--file', 'wrong.json'],
  ]) {
    const { code, complaint } = await run('configuration', ...command)
    assert.equal(code, 1)
    assert.equal(
      complaint,
      'The configuration is not valid:\n' +
        '  /resultKeys/A line 1: {{#card}} is not closed\n' +
        '  /resultKeys/B line 1: unknown value {{order.amont}}\n',
    )
  }
})

test('a preview is of a configuration of an account or of a file, and of nothing else', async (t) => {
  const { run } = await startCli(t)
  for (const typed of [
    [],
    ['0'],
    [...books],
    ['0', '--file', 'x'],
    ['--file', 'x', ...books],
    ['x', ...books],
  ]) {
    assert.equal((await run('configuration', 'preview', ...typed)).code, 2, typed.join(' '))
  }
  assert.equal((await run('configuration', 'preview', '7', ...books)).code, 1)
  assert.match((await run('configuration', 'preview', '--help')).answer, /configuration preview \[<id>\] /)
})

test('the callback URL of a configuration whose provider is another one is shown, and is another for a new generation', async (t) => {
  const { run, runJson, files, region } = await startCli(t)
  const provider = {
    kind: 'pci-pal',
    baseUrl: 'https://provider.example.com',
    tenantId: 303,
    tenantName: 'Harbour',
    username: 'harbour',
    clientId: 'harbour',
    clientSecret: 'provider-key',
    flowId: { agentAssist: 695 },
    initialValues: { orderAmount: '{{amountMinor}}' },
  }
  const put = async (generation: number) => {
    const callback = { amounts: 'minor', generation }
    files.set('-', JSON.stringify({ ...written, provider: { ...provider, callback } }))
    assert.equal((await run('configuration', 'put', '-', ...books)).code, 0)
    return (await runJson('configuration', 'callback-url', '0', ...books)).callbackUrl
  }
  const first = await put(1)
  assert.match(first.slice(region.apiUrl.length), /^\/v1\/provider\/\d+\/0\/callback\/[0-9a-f]{64}$/)
  assert.equal((await run('configuration', 'callback-url', '0', ...books)).answer, `${first}\n`)
  assert.notEqual(await put(2), first)
  files.set('-', JSON.stringify(written))
  await run('configuration', 'put', '-', ...books)
  const none = await run('configuration', 'callback-url', '0', ...books)
  assert.equal(none.code, 1)
  assert.match(none.complaint, /does not name a provider/)
})
