import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExaminedPoint } from '../../cli/tools.ts'
import { readConfig } from '../../config/config.ts'
import { version } from '../version.ts'
import { checkFolder } from './check-folder.ts'
import { checkMemory } from './check-memory.ts'
import { checkNode } from './check-node.ts'
import { checkPostgres } from './check-postgres.ts'
import { checkPublicNames } from './check-public-names.ts'
import { checkSenders } from './check-senders.ts'
import { checkServer } from './check-server.ts'
import type { Got } from './get.ts'
import { testMachine } from './test-machine.ts'

const told = (points: readonly ExaminedPoint[]) =>
  points.map(({ what, state, detail }) => `${what} ${state}: ${detail}`)

const json = (body: object, status = 200): Got => ({ status, body: JSON.stringify(body) })

test('an older Node.js is wrong', () => {
  for (const [nodeVersion, state] of [
    ['24.6.1', 'wrong'],
    ['24.7.0', 'in order'],
    ['26.0.0', 'in order'],
  ])
    assert.equal(checkNode(testMachine({ nodeVersion: nodeVersion ?? '' })).state, state)
})

test('a data folder is looked at: whose it is, who else may look into it, how much room there is', () => {
  const uid = process.getuid?.() ?? 0
  assert.deepEqual(told(checkFolder('/data', testMachine())), [
    'data folder in order: /data',
    'free space in order: 50 GB',
  ])
  for (const [differs, points] of [
    [
      { stat: () => ({ uid: uid + 7, mode: 0o700 }) },
      [
        `data folder wrong: /data belongs to another user (number ${uid + 7}): run this command, and the server, as that one`,
      ],
    ],
    [
      { stat: () => ({ uid, mode: 0o755 }) },
      [
        'data folder wrong: Every user of this machine may look into /data: chmod 700 /data',
        'free space in order: 50 GB',
      ],
    ],
    [
      { stat: () => ({ uid, mode: 0o750 }) },
      [
        'data folder to consider: The group of /data may look into it: chmod 700 /data',
        'free space in order: 50 GB',
      ],
    ],
    [
      { freeBytes: () => 3e6 },
      [
        'data folder in order: /data',
        'free space wrong: 3 MB are left for the data: payments that cannot be stored are refused',
      ],
    ],
    [
      { freeBytes: () => 5e8 },
      ['data folder in order: /data', 'free space to consider: 500 MB are left for the data'],
    ],
    [
      { stat: () => undefined },
      ['data folder to consider: /data does not exist yet; the first start creates it'],
    ],
  ] as const)
    assert.deepEqual(told(checkFolder('/data', testMachine(differs))), points)
})

test('swap and core dumps are to be considered, where the system tells of them', () => {
  const limits = (soft: string) =>
    `Limit Soft Hard Units\nMax core file size        ${soft}            unlimited            bytes\n`
  const system = (swaps: string, soft: string) => ({
    readSystem: (path: string) =>
      path === '/proc/swaps' ? swaps : path === '/proc/7/limits' ? limits(soft) : undefined,
  })
  assert.deepEqual(told(checkMemory(testMachine(system('Filename\n', '0')), 7)), [
    'swap in order: none',
    'core dumps in order: none of the server',
  ])
  const [swap, core] = checkMemory(
    testMachine(system('Filename Type\n/dev/sda2  partition 1 2\n', 'unlimited')),
    7,
  )
  assert.deepEqual([swap?.state, core?.state], ['to consider', 'to consider'])
  assert.match(swap?.detail ?? '', /^\/dev\/sda2: .*MemorySwapMax=0/)
  assert.deepEqual(checkMemory(testMachine({ readSystem: () => undefined }), 7), [])
})

test('production without a sender of emails or text messages is to be considered', () => {
  const none = { mail: null, sms: null } as const
  assert.deepEqual(checkSenders({ mode: 'sandbox', ...none }), [])
  assert.deepEqual(told(checkSenders({ mode: 'production', ...none })), [
    'email to consider: No payment link can be sent by email: TONEGATE_SMTP_URL is not set',
    'text messages to consider: No payment link can be sent by text message: TONEGATE_SMS_URL is not set',
  ])
})

test('PostgreSQL that is too old is wrong, and clocks that differ are to be considered', () => {
  const { clock } = testMachine()
  const good = { versionNumber: 160_004, version: '16.4', now: clock.now() + 4_000 }
  assert.deepEqual(told(checkPostgres(good, { clock })), [
    'PostgreSQL in order: 16.4',
    'clock in order: that of PostgreSQL and that of this machine agree',
  ])
  const bad = { versionNumber: 150_009, version: '15.9', now: clock.now() - 61_000 }
  const [old, skewed] = told(checkPostgres(bad, { clock }))
  assert.equal(old, 'PostgreSQL wrong: 15.9; 16 or later is needed')
  assert.match(skewed ?? '', /^clock to consider: .* differ by 61 seconds/)
})

const settings = (more: Readonly<Record<string, string>> = {}) =>
  readConfig({ PORT: '8080', ...more }, () => [])

for (const [how, answers, more, points, holder] of [
  [
    'that does not run',
    {},
    {},
    ['server wrong: No server answers at http://127.0.0.1:8080: it refused the connection'],
  ],
  [
    'that is another program',
    { 'http://127.0.0.1:8080/readyz': { status: 200, body: '<html>' } },
    {},
    ['server wrong: What answers at http://127.0.0.1:8080 is not Tonegate'],
  ],
  [
    'that is not ready',
    { 'http://127.0.0.1:8080/readyz': json({ status: 'starting' }, 503) },
    { HOST: '0.0.0.0' },
    ['server wrong: The server at http://127.0.0.1:8080 is not ready: starting'],
  ],
  [
    'that is ready',
    { 'http://[::1]:8080/readyz': json({ status: 'ready' }) },
    { HOST: '::' },
    ['server in order: ready at http://[::1]:8080', `version in order: ${version}`],
    { version },
  ],
  [
    'whose version nobody can tell',
    { 'http://127.0.0.1:8080/readyz': json({ status: 'ready' }) },
    {},
    [
      'server in order: ready at http://127.0.0.1:8080',
      `version to consider: This is ${version}. What the server runs is not known: it says so at its operations port, TONEGATE_OPS_LISTEN`,
    ],
  ],
  [
    'on a free port',
    { 'http://127.0.0.1:41234/readyz': json({ status: 'ready' }) },
    { PORT: '0' },
    [
      'server in order: ready at http://127.0.0.1:41234',
      `version to consider: The server runs 0.0.9, and this is ${version}: restart it after an upgrade`,
    ],
    { address: '127.0.0.1:41234', version: '0.0.9' },
  ],
  [
    'on a free port, which does not run',
    {},
    { PORT: '0' },
    ['server to consider: It has a port of its own at each start, and none runs on this data folder'],
  ],
  [
    'of another version',
    {
      'http://127.0.0.1:9464/readyz': json({ status: 'ready' }),
      'http://127.0.0.1:9464/metrics': { status: 200, body: 'tonegate_build_info{version="0.0.9"} 1\n' },
    },
    { TONEGATE_OPS_LISTEN: '127.0.0.1:9464' },
    [
      'server in order: ready at http://127.0.0.1:9464',
      `version to consider: The server runs 0.0.9, and this is ${version}: restart it after an upgrade`,
    ],
  ],
] as const) {
  test(`a server ${how} is told`, async () => {
    assert.deepEqual(told(await checkServer(settings(more), holder, testMachine({ answers }))), points)
  })
}

test('the names of production are asked for over TLS, and say whose they are', async () => {
  const domain = { TONEGATE_DOMAIN: 'example.com', TONEGATE_REGIONS: 'nam' }
  const config = { ...settings(domain), mode: 'production' } as const
  const issuer = 'https://nam.example.com/auth'
  const discovery = `${issuer}/.well-known/openid-configuration`
  const [api, pay] = ['https://nam.api.example.com/healthz', 'https://nam.pay.example.com/healthz']
  const ask = async (answers: Readonly<Record<string, Got>>) =>
    told(await checkPublicNames(config, testMachine({ answers })))
  const alive = json({ status: 'alive' })
  assert.deepEqual(await ask({ [discovery]: json({ issuer }), [api]: alive, [pay]: alive }), [
    `nam.example.com in order: answers over TLS as the issuer ${issuer}`,
    'nam.api.example.com in order: answers over TLS',
    'nam.pay.example.com in order: answers over TLS',
  ])
  const soon = testMachine().clock.now() + 3 * 86_400_000
  const [first, second, third] = await ask({
    [discovery]: json({ issuer: 'https://old.example.com/auth' }),
    [api]: { ...json({ status: 'alive' }), certificateEnds: soon } as Got,
    [pay]: { fault: 'its TLS certificate has expired' },
  })
  assert.match(
    first ?? '',
    /^nam\.example\.com wrong: It names the issuer https:\/\/old\.example\.com\/auth, not /,
  )
  assert.equal(second, 'nam.api.example.com to consider: It answers; its TLS certificate expires in 3 days')
  assert.equal(
    third,
    'nam.pay.example.com wrong: No answer of https://nam.pay.example.com: its TLS certificate has expired',
  )
  const [other, badGateway] = await ask({
    [discovery]: { status: 200, body: 'null' },
    [api]: { status: 502, body: '' },
  })
  assert.match(other ?? '', /is answered by something other than Tonegate$/)
  assert.match(badGateway ?? '', /is answered with 502: the proxy/)
  assert.deepEqual(await checkPublicNames(settings(domain), testMachine()), [], 'a sandbox is this machine’s')
})
