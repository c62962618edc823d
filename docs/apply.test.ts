import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runAdmin } from '../server/test/harness/test-admin.ts'
import { makeTestFolder } from '../server/test/harness/test-folder.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = readFileSync(`${root}docs/apply.md`, 'utf8')
const blockOf = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
const declared = blockOf('json')

const key = randomBytes(32).toString('base64')

/** A region of production in a folder of its own, and the file of the page. */
async function startRegion(t: TestContext) {
  const folder = makeTestFolder('tonegate-apply')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = {
    ...{ TONEGATE_MODE: 'production', TONEGATE_DOMAIN: 'example.com', TONEGATE_PROXY: 'trusted' },
    ...{ TONEGATE_DATA: folder, TONEGATE_SEALING_KEY: key, SUDO_USER: 'ada' },
    HARBOUR_BANK_SECRET: `whsec_${key}`,
  }
  const file = join(folder, 'accounts.json')
  writeFileSync(file, declared)
  const admin = (...typed: readonly string[]) => runAdmin(environment, typed)
  assert.equal((await admin('database', 'create')).code, 0)
  return { folder, file, environment, admin }
}

test('the commands of docs/apply.md make all that its file declares', { timeout: 60_000 }, async (t) => {
  const { folder, file, environment } = await startRegion(t)
  const script = blockOf('sh').replaceAll('accounts.json', file)
  const said = execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    ...{ cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, ...environment, TONEGATE_DATA: folder },
  })
  assert.match(said, /^toCreate +8\n/m)
  assert.match(said, /^created +8\n/m)
  assert.match(said, /client +orders +created +clientId \S+; clientSecret \S{40}$/m)
})

test('what is declared is created once, what differs is changed, and the rest is left alone', async (t) => {
  const { file, admin } = await startRegion(t)
  const tried = JSON.parse((await admin('apply', file, '--dry-run', '--json')).answer)
  assert.deepEqual([tried.toCreate, tried.toChange, tried.unchanged], [8, 0, 0])
  assert.deepEqual(JSON.parse((await admin('account', 'list', '--json')).answer), [], 'nothing is done yet')

  const first = JSON.parse((await admin('apply', file, '--json')).answer)
  assert.deepEqual([first.created, first.changed, first.unchanged], [8, 0, 0])
  const point = (name: string) => first.points.find((each: { name: string }) => each.name === name)
  assert.match(point('orders').clientSecret, /^\S{40}$/)
  assert.match(point('ada').password, /^\S{20}$/)
  assert.match(point('orders-hook').secret, /^whsec_/)
  assert.ok(point('pbx').key && point('pbx').signingSecret)

  const again = await admin('apply', file)
  assert.equal(again.code, 0)
  assert.match(again.answer, /^created +0\nchanged +0\nunchanged +8\n/)

  const differs = declared
    .replace('payments.example.com', 'bank.example.com')
    .replace('"Telephone"', '"Phone"')
    .replace('["globalpci"]', '["globalpci", "openid"]')
    .replace('agent12345', 'agent9')
  writeFileSync(file, differs)
  const changed = await admin('apply', file)
  assert.match(changed.answer, /^created +0\nchanged +4\nunchanged +4\n/)
  for (const line of [
    /gateway +harbour-bank +changed +url$/m,
    /configuration +0 Phone +changed +name$/m,
    /client +orders +changed +scopes$/m,
    /user +alex +changed +agentId$/m,
  ])
    assert.match(changed.answer, line)
  assert.ok(!changed.answer.includes('bank.example.com'), 'no value is shown')
  assert.match((await admin('client', 'list')).answer, /globalpci openid/)
  assert.equal((await admin('gateway', 'show', 'harbour-bank', '--account', 'Harbour Street Books')).code, 0)

  const log = (await admin('audit', 'export')).answer
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const applied = log.filter(({ command }) => command === 'apply').map(({ action }) => action)
  assert.deepEqual(applied, [
    ...['account.create', 'secret.put', 'gateway.put', 'configuration.put', 'client.create'],
    ...['user.create', 'user.create', 'platform.create'],
    ...['gateway.put', 'configuration.put', 'client.edit', 'user.edit'],
  ])
})

test('a file with faults changes nothing, and lists them all by their places', async (t) => {
  const { folder, file, admin } = await startRegion(t)
  const account = {
    name: 'Quay',
    gateways: [{ name: 'Bank', kind: 'none', settings: { key: { fromEnvironment: 'NOT_SET' } } }],
  }
  const faults = {
    accounts: [
      {
        ...account,
        secrets: [{ name: 'token', value: { fromFile: join(folder, 'none') } }],
        configurations: [{ id: 0 }],
        clients: [
          { name: 'web', flows: ['authorization_code'], scopes: ['openid'] },
          { name: 'web', flows: [], scopes: [] },
        ],
        users: [{ username: 'a b', licence: 'agent' }],
        platforms: [{ name: 'pbx', controlUrl: 'ftp://pbx' }],
      },
    ],
  }
  writeFileSync(file, JSON.stringify(faults))
  const { code, answer, complaint } = await admin('apply', file)
  assert.deepEqual([code, answer], [1, ''])
  for (const line of [
    /^The file is not valid, and nothing was changed:$/m,
    /^ {2}\/accounts\/0\/gateways\/0\/name: 'Bank' is not a valid gateway name/m,
    /^ {2}\/accounts\/0\/gateways\/0\/kind: Unknown kind of gateway: 'none'/m,
    /^ {2}\/accounts\/0\/gateways\/0\/settings\/key names the environment variable NOT_SET, which is not set$/m,
    /^ {2}\/accounts\/0\/secrets\/0\/value: \S+none cannot be read: it does not exist\.$/m,
    /^ {2}\/accounts\/0\/configurations\/0\/flow is missing$/m,
    /^ {2}\/accounts\/0\/clients\/0: authorization_code and implicit need a redirect-uri\.$/m,
    /^ {2}\/accounts\/0\/clients\/1 is there twice: web$/m,
    /^ {2}\/accounts\/0\/users\/0\/username: A username must not contain spaces\.$/m,
    /^ {2}\/accounts\/0\/platforms\/0\/controlUrl: control-url must be an http or https URL/m,
  ])
    assert.match(complaint, line)
  assert.deepEqual(JSON.parse((await admin('account', 'list', '--json')).answer), [])
})

for (const [what, written, line] of [
  ['is no JSON', 'accounts: []', /^The file is not valid JSON\.$/m],
  ['declares nothing', '{}', /^ {2}\/accounts is missing$/m],
  [
    'has a member that is not known',
    '{"accounts":[{"name":"A","client":[]}]}',
    /^ {2}\/accounts\/0\/client is not known$/m,
  ],
  [
    'has a secret in clear',
    '{"accounts":[{"name":"A","secrets":[{"name":"s","value":"hunter2hunter2"}]}]}',
    /^ {2}\/accounts\/0\/secrets\/0\/value must be \{"fromEnvironment": "NAME"\} or/m,
  ],
  [
    'has a scope that there is not',
    '{"accounts":[{"name":"A","clients":[{"name":"c","flows":["password"],"scopes":["all"]}]}]}',
    /^ {2}\/accounts\/0\/clients\/0\/scopes\/0 must be one of /m,
  ],
  [
    'has a secret that standard input is to have',
    '{"accounts":[{"name":"A","secrets":[{"name":"s","value":{"fromFile":"-"}}]}]}',
    /^ {2}\/accounts\/0\/secrets\/0\/value must name a file/m,
  ],
  [
    'is nested without an end',
    `{"accounts":[{"name":"A","gateways":[{"name":"b","kind":"connector","settings":${'['.repeat(900)}${']'.repeat(900)}}]}]}`,
    /is nested too deeply$/m,
  ],
  [
    'takes the name of the sandbox',
    '{"accounts":[{"name":"Demo nam"}]}',
    /^ {2}\/accounts\/0\/name: 'Demo nam' is the name of the sandbox/m,
  ],
] as const) {
  test(`a file that ${what} is refused`, async (t) => {
    const { file, admin } = await startRegion(t)
    writeFileSync(file, written)
    const { code, complaint } = await admin('apply', file)
    assert.equal(code, 1)
    assert.match(complaint, line)
    assert.ok(!complaint.includes('hunter2'))
  })
}

test('a username of another account is a fault', async (t) => {
  const { file, admin } = await startRegion(t)
  const one = {
    accounts: [{ name: 'Quay', users: [{ username: 'kim', licence: 'agent', agentId: 'agent1' }] }],
  }
  writeFileSync(file, JSON.stringify(one))
  assert.equal((await admin('apply', file)).code, 0)
  const elsewhere = { accounts: [{ name: 'Other', users: [{ username: 'Kim', licence: 'agent' }] }] }
  writeFileSync(file, JSON.stringify(elsewhere))
  assert.match(
    (await admin('apply', file)).complaint,
    /\/accounts\/0\/users\/0\/username is in use in another account/,
  )
})
