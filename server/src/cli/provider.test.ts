import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProviderClients } from '../vault/provider-api/provider-clients.ts'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']
const written = {
  id: 695,
  name: 'Telephone orders',
  entry: 'keypad',
  flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desk.example.com'] },
  initialValues: {
    amounts: 'minor',
    amount: { member: 'amount' },
    currency: { fixed: 'GBP' },
    reference: { member: 'orderId' },
  },
  callback: { to: { url: 'https://shop.example.com/payment/callback' }, format: 'form' },
}

test('a provider client is made with its names and a secret that is shown once', async (t) => {
  const { run, runJson } = await startCli(t)
  const made = await runJson('provider-client', 'create', 'harbour-desk', ...books)
  assert.deepEqual(Object.keys(made), ['tenant', 'tenantname', 'username', 'client_id', 'client_secret'])
  assert.equal(made.tenantname, 'Harbour Street Books')
  assert.match(made.client_secret, /^[A-Za-z0-9]{40}$/)
  const named = ['--tenant-name', 'Harbour Street (test)', '--username', 'harbour_user']
  const other = await runJson('provider-client', 'create', 'other', ...books, ...named)
  assert.deepEqual([other.tenantname, other.username], ['Harbour Street (test)', 'harbour_user'])
  const listed = await run('provider-client', 'list')
  assert.match(listed.answer, /harbour-desk .*Harbour Street Books/)
  assert.ok(!listed.answer.includes(made.client_secret))
  const taken = await run('provider-client', 'create', 'other', ...books)
  assert.deepEqual([taken.code, taken.complaint], [1, "A provider client 'other' already exists.\n"])
  assert.equal((await run('provider-client', 'create', 'two words', ...books)).code, 2)
  assert.equal((await run('provider-client', 'create', 'x', '--account', 'Nobody')).code, 1)
})

test('a secret that a program has already is taken when it is long, and never shown', async (t) => {
  const { run, passwords, store, clock, random } = await startCli(t)
  passwords.push('short-secret', 'a-secret-that-came-from-elsewhere-0123456')
  const order = ['provider-client', 'create', 'moved-desk', ...books, '--ask-secret'] as const
  assert.match((await run(...order)).complaint, /at least 32 characters/)
  const { code, answer } = await run(...order)
  assert.equal(code, 0)
  assert.doesNotMatch(answer, /secret-that|client_secret/)
  const found = await createProviderClients({ store, clock, random }).authenticate({
    clientId: 'moved-desk',
    clientSecret: 'a-secret-that-came-from-elsewhere-0123456',
    tenantName: 'Harbour Street Books',
    username: 'moved-desk',
  })
  assert.equal(typeof found, 'object')
})

test('a provider client is disabled, enabled, and given another secret', async (t) => {
  const { run, runJson } = await startCli(t)
  await run('provider-client', 'create', 'desk', ...books)
  assert.equal((await run('provider-client', 'disable', 'desk')).answer, 'desk is disabled.\n')
  assert.equal((await runJson('provider-client', 'list', ...books))[0].disabled, true)
  assert.equal((await run('provider-client', 'enable', 'desk')).answer, 'desk is enabled.\n')
  const rotated = await runJson('provider-client', 'rotate-secret', 'desk', '--at-once')
  assert.match(rotated.client_secret, /^[A-Za-z0-9]{40}$/)
  assert.match((await run('provider-client', 'rotate-secret', 'desk')).answer, /stays valid for a day/)
  for (const verb of ['disable', 'enable', 'rotate-secret']) {
    assert.equal((await run('provider-client', verb, 'nobody')).code, 1)
  }
})

test('a flow is put, listed, shown, put again as it was shown, and deleted', async (t) => {
  const { run, runJson, files } = await startCli(t)
  assert.match((await run('provider-flow', 'list', ...books)).answer, /sessions cannot be launched/)
  files.set('-', JSON.stringify(written))
  const { answer } = await run('provider-flow', 'put', '-', ...books)
  assert.equal(answer, "The account 'Harbour Street Books' has the flow 695, 'Telephone orders'.\n")
  const shown = (await run('provider-flow', 'show', '695', ...books)).answer
  const { flow, callback, lifetimeSeconds } = JSON.parse(shown)
  assert.deepEqual([flow.attempts, flow.idleSeconds, lifetimeSeconds], [3, 900, 3600])
  assert.deepEqual(
    [callback.amounts, callback.privateAddresses, callback.signature],
    ['minor', 'refused', 'none'],
  )
  assert.equal(callback.template.orderReference, '{{orderReference}}')
  files.set('again.json', shown)
  assert.equal((await run('provider-flow', 'put', 'again.json', ...books)).code, 0)
  assert.equal((await run('provider-flow', 'show', '695', ...books)).answer, shown)
  const link = { ...written, id: 696, entry: 'link' }
  files.set('-', JSON.stringify(link))
  const put = await runJson('provider-flow', 'put', '-', ...books)
  assert.deepEqual([put.lifetimeSeconds, put.flow.idleSeconds], [3 * 24 * 3600, 3 * 24 * 3600])
  const shownLink = (await run('provider-flow', 'show', '696', ...books)).answer
  files.set('link.json', shownLink)
  assert.equal((await run('provider-flow', 'put', 'link.json', ...books)).code, 0)
  assert.equal((await run('provider-flow', 'show', '696', ...books)).answer, shownLink)
  assert.deepEqual(
    (await runJson('provider-flow', 'list', ...books)).map(({ id }: { id: number }) => id),
    [695, 696],
  )
  assert.equal((await run('provider-flow', 'delete', '695', ...books)).code, 1)
  assert.equal((await run('provider-flow', 'delete', '695', ...books, '--yes')).code, 0)
  assert.equal((await run('provider-flow', 'delete', '695', ...books, '--yes')).code, 1)
  assert.equal((await run('provider-flow', 'show', '695', ...books)).code, 1)
  assert.equal((await run('provider-flow', 'show', 'x', ...books)).code, 2)
})

test('a flow that is signed says its secret once, and keeps it', async (t) => {
  const { run, runJson, files } = await startCli(t)
  const callback = { ...written.callback, signature: 'standard-webhooks' }
  files.set('-', JSON.stringify({ ...written, callback }))
  const made = await runJson('provider-flow', 'put', '-', ...books)
  assert.match(made.signingSecret, /^whsec_/)
  assert.equal((await runJson('provider-flow', 'put', '-', ...books)).signingSecret, undefined)
  assert.ok(!(await run('provider-flow', 'show', '695', ...books)).answer.includes(made.signingSecret))
})

test('a flow that is not valid is refused with every fault by its path', async (t) => {
  const { run, files } = await startCli(t)
  const faultsOf = async (flow: unknown) => {
    files.set('wrong.json', typeof flow === 'string' ? flow : JSON.stringify(flow))
    const { code, complaint } = await run('provider-flow', 'put', 'wrong.json', ...books)
    assert.equal(code, 1)
    return complaint
  }
  const has = (complaint: string, ...paths: readonly string[]) => {
    for (const path of paths) assert.ok(complaint.includes(`\n  ${path} `), `${path} in ${complaint}`)
  }
  const { callback, initialValues, flow } = written
  has(
    await faultsOf({ ...written, id: 'x', entry: 'post', colour: 1, lifetimeSeconds: 1, name: 'a\nb' }),
    ...['/id', '/entry', '/colour', '/lifetimeSeconds', '/name'],
  )
  has(
    await faultsOf({ ...written, flow: { ...flow, frameAncestors: [], colour: 1 } }),
    ...['/flow/frameAncestors', '/flow/colour'],
  )
  has(
    await faultsOf({ ...written, initialValues: { ...initialValues, amount: {}, currency: 'GBP' } }),
    ...['/initialValues/amount', '/initialValues/currency'],
  )
  has(
    await faultsOf({
      ...written,
      initialValues: { amounts: 'minor', amount: { fixed: '1.2' }, currency: { fixed: 'XXXX' } },
    }),
    ...['/initialValues/amount/fixed', '/initialValues/currency/fixed'],
  )
  const ofNothing = {
    ...written,
    initialValues: { amounts: 'minor', amount: { fixed: '0' }, currency: { fixed: 'EUR' } },
  }
  has(await faultsOf(ofNothing), '/initialValues/amount/fixed')
  has(
    await faultsOf({ ...written, callback: { ...callback, to: { url: 'https://a:b@c/' } } }),
    '/callback/to/url',
  )
  has(await faultsOf({ ...written, callback: { ...callback, to: 'x', format: 'xml' } }), '/callback/to')
  has(
    await faultsOf({ ...written, returnTo: { member: 'returnURL', origins: ['https://a.example/path'] } }),
    '/returnTo',
  )
  has(
    await faultsOf({ ...written, callback: { ...callback, template: { a: '{{nothing}}', b: { c: 'x' } } } }),
    ...['/callback/template/a', '/callback/template/b'],
  )
  has(await faultsOf({ ...written, callback: { ...callback, template: '{{#end}}' } }), '/callback/template')
  has(
    await faultsOf({
      ...written,
      callback: { ...callback, format: 'json', template: '{"a": {{cardLast4}}}' },
    }),
    '/callback/template',
  )
  assert.match(await faultsOf('{'), /not valid JSON/)
  assert.match((await run('provider-flow', 'list', ...books)).answer, /sessions cannot be launched/)
})
