import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlatforms } from '../calls/platforms/platforms.ts'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']

test('a platform is made with a key and a signing secret that are shown once', async (t) => {
  const { run, runJson, store, sealer, clock, random, newGuid } = await startCli(t)
  const platforms = createPlatforms({ store, sealer, clock, random, newGuid })
  const made = await runJson(
    'platform',
    'create',
    'sbc',
    ...books,
    '--control-url',
    'http://127.0.0.1:9000/tonegate',
  )
  assert.match(made.key, /^tgp_[\w-]{43}$/)
  assert.match(made.signingSecret, /^whsec_[\w+/=]{32}$/)
  const found = await platforms.authenticate(made.key)
  assert.equal(found?.name, 'sbc')
  assert.deepEqual(found && (await platforms.settingsOf(found.guid)), {
    privateAddresses: 'allowed',
    controlUrl: 'http://127.0.0.1:9000/tonegate',
    signingSecret: made.signingSecret,
  })
  const listed = await run('platform', 'list')
  assert.match(listed.answer, /sbc .*Harbour Street Books .*http/)
  assert.ok(!listed.answer.includes('tgp_'))
  const taken = await run('platform', 'create', 'sbc', ...books)
  assert.deepEqual(
    [taken.code, taken.complaint],
    [1, "The account 'Harbour Street Books' already has a platform 'sbc'.\n"],
  )
})

test('a control URL in clear leads to a private network alone', async (t) => {
  const { run } = await startCli(t)
  const make = async (name: string, url: string) =>
    (await run('platform', 'create', name, ...books, '--control-url', url)).code
  for (const url of [
    'http://sbc.example.com/',
    'http://93.184.216.34/',
    'ftp://127.0.0.1/',
    'https://u:p@x.test/',
    'no',
  ]) {
    assert.equal(await make('a', url), 2, url)
  }
  let number = 0
  for (const url of [
    'https://sbc.example.com/',
    'http://10.0.0.5/',
    'http://localhost:1/',
    'http://[fd00::1]/',
  ]) {
    number += 1
    assert.equal(await make(`platform ${number}`, url), 0, url)
  }
})

test('a platform has two keys at most, and the older one is removed', async (t) => {
  const { run, runJson, store, sealer, clock, random, newGuid } = await startCli(t)
  const platforms = createPlatforms({ store, sealer, clock, random, newGuid })
  const first = (await runJson('platform', 'create', 'sbc', ...books)).key
  assert.match((await run('platform', 'remove-key', 'sbc', ...books)).complaint, /only key/)
  await clock.advance(1)
  const second = (await runJson('platform', 'add-key', 'sbc', ...books)).key
  assert.match((await run('platform', 'add-key', 'sbc', ...books)).complaint, /already has two keys/)
  assert.ok((await platforms.authenticate(first)) && (await platforms.authenticate(second)))
  assert.equal(
    (await run('platform', 'remove-key', 'sbc', ...books)).answer,
    'The older key of sbc was removed.\n',
  )
  assert.equal(await platforms.authenticate(first), undefined)
  assert.equal((await run('platform', 'disable', 'sbc', ...books)).answer, 'sbc is disabled.\n')
  assert.equal(await platforms.authenticate(second), undefined)
  assert.equal((await run('platform', 'enable', 'sbc', ...books)).answer, 'sbc is enabled.\n')
  assert.ok(await platforms.authenticate(second))
  assert.equal((await run('platform', 'disable', 'pbx', ...books)).code, 1)
})

test('a platform of kind rtpengine says where its engines are, on private addresses alone', async (t) => {
  const { run, runJson, store, sealer, clock, random, newGuid } = await startCli(t)
  const platforms = createPlatforms({ store, sealer, clock, random, newGuid })
  const kind = ['--kind', 'rtpengine']
  const urls = ['--url', 'udp://127.0.0.1:22223?tcp=22225', '--url', 'udp://10.0.0.5:22223?tcp=22225']
  const made = await runJson(
    'platform',
    'create',
    'sbc',
    ...books,
    ...kind,
    ...urls,
    '--strict',
    '--prompts',
    '/p',
  )
  assert.deepEqual(Object.keys(made), ['name', 'account', 'key'])
  const platform = await platforms.authenticate(made.key)
  const { signingSecret: _, ...settings } = (platform && (await platforms.settingsOf(platform.guid))) ?? {}
  assert.deepEqual(settings, {
    privateAddresses: 'allowed',
    engines: ['udp://127.0.0.1:22223?tcp=22225', 'udp://10.0.0.5:22223?tcp=22225'],
    strict: true,
    prompts: '/p',
  })
  for (const wrong of [
    kind,
    [...kind, '--url', 'udp://93.184.216.34:22223?tcp=22225'],
    [...kind, '--url', 'udp://127.0.0.1:22223'],
    [...kind, ...urls, '--prompts', 'here'],
    [...kind, ...urls, '--control-url', 'https://sbc.example.com/'],
    ['--strict'],
    urls,
  ]) {
    assert.equal((await run('platform', 'create', 'other', ...books, ...wrong)).code, 2, wrong.join(' '))
  }
})

test('the control URL of a platform is changed, and nothing else of it', async (t) => {
  const { run, runJson, store, sealer, clock, random, newGuid } = await startCli(t)
  const platforms = createPlatforms({ store, sealer, clock, random, newGuid })
  const { key, signingSecret } = await runJson('platform', 'create', 'pbx', ...books)
  const controlUrl = 'https://pbx.example.com/tonegate'
  const changed = await run('platform', 'set', 'pbx', ...books, '--control-url', controlUrl)
  assert.equal(changed.answer, `Commands to pbx are posted to ${controlUrl}.\n`)
  const platform = await platforms.authenticate(key)
  assert.deepEqual(platform && (await platforms.settingsOf(platform.guid)), {
    privateAddresses: 'allowed',
    controlUrl,
    signingSecret,
  })
  await run('platform', 'create', 'sbc', ...books, '--kind', 'rtpengine', '--url', 'udp://127.0.0.1:1?tcp=2')
  for (const [name, url, code] of [
    ['pbx', 'http://pbx.example.com/', 2],
    ['sbc', controlUrl, 1],
    ['nobody', controlUrl, 1],
  ] as const) {
    assert.equal((await run('platform', 'set', name, ...books, '--control-url', url)).code, code, name)
  }
  assert.equal((await run('platform', 'set', 'pbx', ...books)).code, 2)
})
