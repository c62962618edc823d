import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { testKind } from '../vault/gateways/accounts/test-kind.ts'
import { startCli } from './test-cli.ts'

const never = () => Promise.reject(new Error('Nothing is sent here.'))
const books = ['--account', 'Harbour Street Books']
const settings = { url: 'https://gateway.example.com', secret: 'a-credential-of-the-test' }

test('a gateway is put, listed, shown without its credentials, replaced and deleted', async (t) => {
  const { run, runJson, files } = await startCli(t)
  assert.equal((await run('gateway', 'list', ...books)).answer, 'No gateways.\n')
  files.set('-', JSON.stringify(settings))
  const put = await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  assert.equal(put.answer, "The gateway 'bank' of 'Harbour Street Books' was created.\n")
  files.set('new.json', JSON.stringify({ ...settings, secret: 'another-credential', live: true }))
  const again = await run('gateway', 'put', 'bank', ...books, '--kind', 'test', '--settings', 'new.json')
  assert.equal(again.answer, "The gateway 'bank' of 'Harbour Street Books' was replaced.\n")

  const [listed, ...others] = await runJson('gateway', 'list', ...books)
  assert.deepEqual(others, [])
  assert.equal(listed.name, 'bank')
  assert.equal(listed.kind, 'test')
  const shown = await run('gateway', 'show', 'bank', ...books)
  assert.match(shown.answer, /^url +https:\/\/gateway\.example\.com$/m)
  assert.match(shown.answer, /^secret +•+$/m)
  assert.match(shown.answer, /^live +yes$/m)
  for (const answer of [put, again, shown]) assert.doesNotMatch(answer.answer, /credential/)

  const asked = await run('gateway', 'delete', 'bank', ...books)
  assert.equal(asked.code, 1)
  assert.match(asked.complaint, /and its credentials would be deleted\. .* Add --yes/)
  assert.equal((await run('gateway', 'delete', 'bank', ...books, '--yes')).code, 0)
  assert.deepEqual(await runJson('gateway', 'list', ...books), [])
  assert.equal((await run('gateway', 'delete', 'bank', ...books, '--yes')).code, 1)
  assert.equal((await run('gateway', 'show', 'bank', ...books)).code, 1)
})

test('settings that an editor has written a byte order mark before are read, and what is no JSON is not', async (t) => {
  const { run, files } = await startCli(t)
  files.set('bank.json', `\ufeff${JSON.stringify(settings)}\r\n`)
  const put = ['gateway', 'put', 'bank', ...books, '--kind', 'test', '--settings', 'bank.json']
  assert.equal((await run(...put)).code, 0)
  files.set('bank.json', `\ufeff\ufeff${JSON.stringify(settings)}`)
  assert.deepEqual(await run(...put), {
    code: 1,
    answer: '',
    complaint: 'The settings are not valid JSON.\n',
  })
})

for (const [what, changes, complaint] of [
  ['no address', { url: undefined }, '/url is missing'],
  ['a short secret', { secret: 'short' }, '/secret '],
  ['a member too many', { colour: 'red' }, '/colour is not a setting of this kind'],
  ['no TLS', { url: 'http://gateway.example.com' }, '/url must begin with https://'],
  ['no TLS on this machine', { url: 'http://127.0.0.1:8080' }, '/url must begin with https'],
  ['another protocol', { url: 'ftp://gateway.example.com' }, '/url must begin with https://'],
  [
    'a password in the address',
    { url: 'https://me:pw@gateway.example.com' },
    '/url must not contain a user or a password',
  ],
  ['no URL', { url: 'https://' }, '/url must be a URL'],
] as const) {
  test(`settings with ${what} are refused, and the complaint holds no credential`, async (t) => {
    const { run, runJson, files } = await startCli(t)
    files.set('-', JSON.stringify({ ...settings, ...changes }))
    const refused = await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
    assert.equal(refused.code, 1)
    assert.ok(refused.complaint.includes(`  ${complaint}`), refused.complaint)
    assert.doesNotMatch(refused.complaint, /credential|short|me:pw/)
    assert.deepEqual(await runJson('gateway', 'list', ...books), [])
  })
}

test('a kind that is not there, a name that is none and the sandbox’s are refused', async (t) => {
  const { run, files } = await startCli(t)
  files.set('-', JSON.stringify(settings))
  const unknown = await run('gateway', 'put', 'bank', ...books, '--kind', 'paypal')
  assert.equal(unknown.complaint, "Unknown kind of gateway: 'paypal'. Use one of test.\n")
  assert.equal((await run('gateway', 'put', 'Bank', ...books, '--kind', 'test')).code, 2)
  assert.equal((await run('gateway', 'put', 'sandbox', ...books, '--kind', 'test')).code, 1)
  files.set('-', '{')
  const broken = await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  assert.equal(broken.complaint, 'The settings are not valid JSON.\n')
})

test('a gateway is of one account', async (t) => {
  const { run, files } = await startCli(t)
  await run('account', 'create', 'Quay')
  files.set('-', JSON.stringify(settings))
  await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  assert.equal((await run('gateway', 'show', 'bank', '--account', 'Quay')).code, 1)
  assert.equal((await run('gateway', 'delete', 'bank', '--account', 'Quay', '--yes')).code, 1)
})

test('a gateway is checked: what is in order, what a payment has to show, and where it tells', async (t) => {
  const { run, runJson, files, gatewaysByName } = await startCli(t)
  files.set('-', JSON.stringify(settings))
  await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  const bank = testKind.create({ settings: {} as never, send: never, sendInside: never, clock: systemClock })
  gatewaysByName.set('bank', {
    ...bank,
    readNotifications: () => [],
    check: async () => [
      { what: 'credentials', state: 'in-order', detail: 'The key was taken.' },
      { what: 'moto', state: 'unknown', detail: 'Take a payment on the telephone.' },
    ],
  })
  const told = await run('gateway', 'check', 'bank', ...books)
  assert.equal(told.code, 0)
  assert.match(told.answer, /^notifications +http.*\/globalpci\/gateways\/\d+\/bank\/notifications$/m)
  assert.match(told.answer, /^credentials +in order +The key was taken\.$/m)
  assert.match(told.answer, /^moto +to be confirmed +Take a payment on the telephone\.$/m)
  assert.deepEqual((await runJson('gateway', 'check', 'bank', ...books)).points.length, 2)
})

test('a check that finds something wrong fails, and says what in the form that was asked for', async (t) => {
  const { run, files, gatewaysByName } = await startCli(t)
  files.set('-', JSON.stringify(settings))
  await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  const bank = testKind.create({ settings: {} as never, send: never, sendInside: never, clock: systemClock })
  gatewaysByName.set('bank', { ...bank, check: () => Promise.reject(new TypeError('4111111111111111')) })
  const told = await run('gateway', 'check', 'bank', ...books, '--json')
  assert.equal(told.code, 1)
  const { inOrder, points, notifications } = JSON.parse(told.answer)
  assert.deepEqual([inOrder, points[0].state, notifications], [false, 'wrong', null])
  assert.doesNotMatch(told.answer, /4111/)
})

test('a gateway that is not there, or has no check, is refused', async (t) => {
  const { run, files, gatewaysByName } = await startCli(t)
  assert.match((await run('gateway', 'check', 'bank', ...books)).complaint, /has no gateway 'bank'/)
  files.set('-', JSON.stringify(settings))
  await run('gateway', 'put', 'bank', ...books, '--kind', 'test')
  gatewaysByName.set(
    'bank',
    testKind.create({ settings: {} as never, send: never, sendInside: never, clock: systemClock }),
  )
  const refused = await run('gateway', 'check', 'bank', ...books)
  assert.equal(refused.code, 1)
  assert.match(refused.complaint, /cannot be checked/)
})
