import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { runAdmin } from '../../../test/harness/test-admin.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { systemClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { examine } from './examine.ts'
import { testMachine } from './test-machine.ts'

const newKey = () => systemRandom(32).toString('base64')

function production(t: TestContext) {
  const folder = makeTestFolder('tonegate-doctor')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = {
    ...{ TONEGATE_MODE: 'production', TONEGATE_DOMAIN: 'example.com', TONEGATE_PROXY: 'trusted' },
    ...{ TONEGATE_DATA: folder, TONEGATE_SEALING_KEY: newKey(), SUDO_USER: 'ada' },
  }
  async function admin(typed: readonly string[], piped = '') {
    const { code, complaint } = await runAdmin(environment, typed, piped)
    assert.equal(code, 0, complaint)
  }
  async function points(more: NodeJS.ProcessEnv = {}, machine = testMachine({ clock: systemClock })) {
    const { points: found } = await examine({ ...environment, ...more }, undefined, machine)
    return Object.fromEntries(found.map(({ what, state, detail }) => [what, `${state}: ${detail}`]))
  }
  return { folder, admin, points }
}

const configuration = JSON.stringify({
  ...{ id: 0, name: 'Phone', defaultCurrency: 'USD', resultTemplate: 'cybersource' },
  flow: { gateway: 'bank', merchantName: 'Books', frameAncestors: ['https://desk.example.com'] },
})

test('doctor follows an installation from nothing to what payments need', async (t) => {
  const { folder, admin, points } = production(t)
  assert.match(
    (await points())['database nam'] ?? '',
    /^wrong: .*does not exist, and in production no new one is made/,
  )
  await admin(['database', 'create'])
  const empty = await points()
  assert.equal(
    empty['database nam'],
    `in order: ${folder}/nam.db: of this version, and opens with the sealing key`,
  )
  assert.match(empty['accounts nam'] ?? '', /^wrong: There is none/)
  assert.match(empty['backup nam'] ?? '', /^to consider: The audit log knows of none/)
  await admin(['account', 'create', 'Books'])
  assert.match((await points())['accounts nam'] ?? '', /^to consider: None is a production account/)
  assert.match((await points()).Books ?? '', /^to consider: It has no configuration/)
  await admin(['account', 'create', 'Quay', '--production'])
  await admin(['configuration', 'put', '-', '--account', 'Books'], configuration)
  const withoutGateway = await points()
  assert.equal(withoutGateway['accounts nam'], 'in order: Books, Quay')
  assert.equal(
    withoutGateway.Books,
    "wrong: Its configuration 0 names the gateway 'bank', which it does not have: gateway put",
  )
  assert.match(withoutGateway['phone systems nam'] ?? '', /^to consider: None is connected/)
  const settings = { url: 'https://pay.example.com/', secrets: [`whsec_${newKey()}`] }
  await admin(
    ['gateway', 'put', 'bank', '--account', 'Books', '--kind', 'connector'],
    JSON.stringify(settings),
  )
  await admin([
    'platform',
    'create',
    'pbx',
    '--account',
    'Books',
    '--control-url',
    'https://pbx.example.com/',
  ])
  await admin(['backup', 'create', join(folder, 'nam.backup')])
  await admin(['audit', 'list'])
  const whole = await points()
  assert.equal(whole.Books, undefined)
  assert.equal(whole['phone systems nam'], 'in order: pbx')
  assert.match(whole['backup nam'] ?? '', /^in order: \S+Z, 0 hours ago$/)
  assert.match(whole['audit log nam'] ?? '', /^in order: ends at entry \d+, as its sealed head says$/)
  assert.match(whole.server ?? '', /^wrong: No server answers/)
})

test('a database of another key, region or version, or that is damaged, is told and left as it is', async (t) => {
  const { folder, admin, points } = production(t)
  await admin(['database', 'create'])
  await admin(['account', 'create', 'Books', '--production'])
  await admin(['audit', 'list'])
  const key = { TONEGATE_SEALING_KEY: newKey() }
  assert.match(
    (await points(key))['database nam'] ?? '',
    /^wrong: Nothing in the database \S+nam\.db opens with the sealing key/,
  )
  const database = new DatabaseSync(join(folder, 'nam.db'))
  const last = database
    .prepare('SELECT name, timestamp FROM kysely_migration ORDER BY name DESC LIMIT 1')
    .get()
  database.prepare('DELETE FROM kysely_migration WHERE name = ?').run(String(last?.name))
  assert.match((await points())['database nam'] ?? '', /^to consider: .* is of an older version/)
  assert.equal(
    database.prepare('SELECT 1 FROM kysely_migration WHERE name = ?').get(String(last?.name)),
    undefined,
  )
  database
    .prepare('INSERT INTO kysely_migration VALUES (?, ?)')
    .run(String(last?.name), String(last?.timestamp))
  database.prepare('INSERT INTO kysely_migration VALUES (?, ?)').run('9999-later', String(last?.timestamp))
  assert.match((await points())['database nam'] ?? '', /^wrong: .* is of a newer version of Tonegate/)
  database.close()
})

test('every fault of the configuration is a point, and a folder of somebody else is not touched', async (t) => {
  const { points, admin } = production(t)
  await admin(['database', 'create'])
  const { points: faults } = await examine(
    { TONEGATE_MODE: 'production', PORT: 'x' },
    undefined,
    testMachine(),
  )
  assert.ok(faults.filter(({ what, state }) => what === 'configuration' && state === 'wrong').length >= 5)
  const machine = testMachine({ stat: () => ({ uid: 12_345, mode: 0o40700 }) })
  const found = await points({}, machine)
  assert.match(found['data folder'] ?? '', /^wrong: .*belongs to another user/)
  assert.equal(found['database nam'], undefined)
  assert.match(
    (await points({ TONEGATE_STORE: 'postgres://127.0.0.1:1/none' })).PostgreSQL ?? '',
    /^wrong: It cannot be used: /,
  )
})

test('a sandbox whose sealing key was lost is told, and no other key is made', async (t) => {
  const folder = makeTestFolder('tonegate-doctor')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', PORT: '1' }
  const points = async () => (await examine(environment, undefined, testMachine())).points
  const ofDatabase = async () => (await points()).find(({ what }) => what === 'database nam')
  assert.equal(await ofDatabase(), undefined, 'a new one')
  assert.equal((await runAdmin(environment, ['database', 'create'])).code, 0)
  assert.equal((await ofDatabase())?.state, 'in order')
  rmSync(join(folder, 'sealing.key'))
  const { state, detail = '' } = (await ofDatabase()) ?? {}
  assert.equal(state, 'wrong')
  assert.match(detail, /nam\.db is there, and the sealing key that it was made with is not: .*sealing\.key$/)
  assert.equal(existsSync(join(folder, 'sealing.key')), false)
})

test('the command prints the points, and fails where one is wrong', async (t) => {
  const folder = makeTestFolder('tonegate-doctor')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { TONEGATE_DATA: folder, PORT: '1' }
  const { code, answer } = await runAdmin(environment, ['doctor'])
  assert.equal(code, 1)
  assert.match(
    answer,
    /^server +wrong +No server answers at http:\/\/127\.0\.0\.1:1: it refused the connection$/m,
  )
  const asJson = await runAdmin(environment, ['doctor', '--json'])
  const { inOrder, mode, points } = JSON.parse(asJson.answer)
  assert.deepEqual([inOrder, mode, points[0].what], [false, 'sandbox', 'Node.js'])
})
