import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { settle, startVault, wideLimits } from '../test-vault.ts'
import type { LinkMessage } from './link-sender.ts'
import { createMessageBounds } from './message-bounds.ts'
import type { MessageLimits } from './message-limits.ts'

const sessionGuid = '0192f0c1-0000-7000-8000-000000000001' as Guid

const minute = 60_000
const hour = 60 * minute
const digital = { entry: 'link', caller: 'no-call' } as const
const john = {
  ...digital,
  initialValues: { CustomerPhoneNumber: '+48 500 000 000', Email: 'john@example.com' },
}

async function startBounded(t: TestContext, limits: Partial<MessageLimits>) {
  const sent: string[] = []
  const sender = { send: async ({ to }: LinkMessage) => void sent.push(to) }
  const vault = await startVault(t, {
    linkSenders: { sms: sender, email: sender },
    messageLimits: { ...wideLimits, ...limits },
  })
  const count = vault.store.prepare((db, _: object) =>
    db.selectFrom('message_count').selectAll().where('messages', '>', 0).orderBy('counter'),
  )
  return { started: vault, ...vault, sent, counts: () => count.all(vault.store.reader, {}) }
}

type Bounded = Awaited<ReturnType<typeof startBounded>>

/** Sends from a session of its own, and answers what became of it. */
async function sendAnew(
  { open }: Pick<Bounded, 'open'>,
  to: string,
  channel: LinkChannel = to.includes('@') ? 'email' : 'sms',
  tenant = 7,
): Promise<string> {
  const session = await open({}, { ...digital, tenant })
  return session.sendLink({ channel, to }).then(
    () => 'sent',
    ({ code, options }) => `${code} ${options.members?.bound} ${options.headers?.['retry-after']}`,
  )
}

const perAddress = { hour: 3, day: 5 }

test('an address gets so many messages in an hour and a day, through however many sessions', async (t) => {
  const bounded = await startBounded(t, { perAddress })
  const { clock, sent } = bounded
  await clock.leap(5 * minute - (clock.now() % (5 * minute)))
  for (let times = 0; times < 3; times += 1) assert.equal(await sendAnew(bounded, 'a@example.com'), 'sent')
  assert.equal(await sendAnew(bounded, 'a@example.com'), 'quota-exceeded address-hour 3900')
  assert.equal(await sendAnew(bounded, 'b@example.com'), 'sent')
  await clock.leap(3_900_000 - 1)
  assert.match(await sendAnew(bounded, 'a@example.com'), /address-hour 1$/)
  await clock.leap(1)
  for (let times = 0; times < 2; times += 1) assert.equal(await sendAnew(bounded, 'a@example.com'), 'sent')
  assert.match(await sendAnew(bounded, 'a@example.com'), /^quota-exceeded address-day/)
  await clock.leap(24 * hour)
  assert.equal(await sendAnew(bounded, 'a@example.com'), 'sent')
  assert.equal(sent.filter((to) => to === 'a@example.com').length, 6)
})

test('however an address is written, it is one', async (t) => {
  const bounded = await startBounded(t, { perAddress: { hour: 1, day: 1 } })
  for (const [first, ...others] of [
    [
      '+447700900123',
      '0044 7700 900123',
      '+44 (0)7700-900.123',
      '+44 ( 0 ) 7700900123',
      '(+44) 7700 900 123',
    ],
    [
      'john.smith@example.com',
      'JohnSmith@EXAMPLE.COM',
      'j.o.h.n.smith+shop@example.com',
      'johnsmith+@Example.com',
    ],
  ] as const) {
    assert.equal(await sendAnew(bounded, first), 'sent')
    for (const other of others) assert.match(await sendAnew(bounded, other), /^quota-exceeded/, other)
  }
  for (const another of ['+447700900124', 'john@example.com', 'johnsmith@example.org']) {
    assert.equal(await sendAnew(bounded, another), 'sent')
  }
})

test('an account sends so many text messages and e-mails a day; another account is not held up', async (t) => {
  const bounded = await startBounded(t, { perAccountDay: { sms: 2, email: 3 } })
  for (const digit of [1, 2]) assert.equal(await sendAnew(bounded, `+4477009001${digit}0`), 'sent')
  assert.match(await sendAnew(bounded, '+447700900150'), /^quota-exceeded account-day/)
  for (const name of ['a', 'b', 'c']) assert.equal(await sendAnew(bounded, `${name}@example.com`), 'sent')
  assert.match(await sendAnew(bounded, 'd@example.com'), /^quota-exceeded account-day/)
  assert.equal(await sendAnew(bounded, '+447700900150', 'sms', 8), 'sent')
  assert.equal(await sendAnew(bounded, 'a@example.com', 'email', 8), 'sent')
})

test('messages that are asked for at once are counted one by one', async (t) => {
  const bounded = await startBounded(t, { perAddress })
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => sendAnew(bounded, 'a@example.com')))
  assert.equal(outcomes.filter((each) => each === 'sent').length, 3)
  assert.equal(bounded.sent.length, 3)
})

/** Two servers on a database, the second of which is so much ahead. */
async function startTwoServers(t: TestContext, aheadMilliseconds: number) {
  const folder = makeTestFolder('tonegate-bounds')
  t.after(() => rmSync(folder, { recursive: true }))
  const start = 1_000 * 5 * minute
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const nodes: ReturnType<typeof createMessageBounds>[] = []
  for (const now of [start, start + aheadMilliseconds]) {
    const store = await openTestStore(join(folder, 'nam.db'))
    const limits = { ...wideLimits, perAddress }
    const clock = createMovableClock(now - 1)
    const bounds = createMessageBounds({ store, sealer, clock, log: { warn() {} } as never, limits })
    t.after(async () => {
      await bounds.close()
      await store.close()
    })
    nodes.push(bounds)
  }
  return async (address: string, times: number) => {
    const wanted = { tenant: 7, guid: sessionGuid, channel: 'email', address } as const
    const taken = await Promise.allSettled(
      Array.from({ length: times }, (_, index) => nodes[index % 2]?.take(wanted)),
    )
    return taken.filter(({ status }) => status === 'fulfilled').length
  }
}

for (const [when, ahead] of [
  ['at once', 0],
  ['at once, while a step begins', 1],
] as const) {
  test(`messages that are asked for at two servers ${when} are counted one by one`, async (t) => {
    const takeAtBoth = await startTwoServers(t, ahead)
    for (let round = 0; round < 20; round += 1) {
      assert.equal(await takeAtBoth(`${round}@example.com`, 8), 3)
      assert.equal(await takeAtBoth(`${round}@example.com`, 2), 0)
    }
  })
}

test('one that was refused is not counted, nor is its link another one', async (t) => {
  const bounded = await startBounded(t, { perAddress })
  const session = await bounded.open({}, john)
  const url = await session.sendLink({ channel: 'email', to: 'b@example.com' })
  for (let times = 0; times < 3; times += 1) await sendAnew(bounded, 'a@example.com')
  const counted = await bounded.counts()
  await assert.rejects(session.sendLink({ channel: 'email', to: 'a@example.com' }), {
    code: 'quota-exceeded',
  })
  assert.deepEqual(await bounded.counts(), counted)
  assert.equal(session.admits(url.split('/').at(-1) ?? ''), 'current')
  assert.equal(session.view().link.sent?.state, 'sent')
  await session.sendLink({ channel: 'email' })
})

test('what is counted survives a restart, and holds nothing of an address', async (t) => {
  const bounded = await startBounded(t, { perAddress })
  for (let times = 0; times < 3; times += 1) await sendAnew(bounded, '+447700900123')
  await bounded.started.restart()
  assert.match(await sendAnew(bounded, '+447700900123'), /^quota-exceeded/)
  const rows = bounded.started.store.prepare((db, _: object) => db.selectFrom('message_count').selectAll())
  for (const { counter } of await rows.all(bounded.started.store.reader, {})) {
    assert.equal(counter.length, 32)
    assert.doesNotMatch(Buffer.from(counter).toString('latin1'), /7700|900123/)
  }
})

test('a flow that sends its link at once launches nothing where no message may go', async (t) => {
  const { launch, sent, store, clock } = await startBounded(t, { perAddress })
  const rows = store.prepare((db, _: object) => db.selectFrom('capture_session').select('guid'))
  for (let times = 0; times < 3; times += 1) await launch({ sendLink: 'email' }, john)
  await assert.rejects(launch({ sendLink: 'email' }, john), { code: 'quota-exceeded' })
  await settle()
  assert.equal((await rows.all(store.reader, {})).length, 3)
  assert.equal(sent.length, 3)
  await clock.leap(hour + 5 * minute)
  await launch({ sendLink: 'email' }, john)
})

test('a message that processes die over is sent once more, and not by each that dies', async (t) => {
  const sent: string[] = []
  const sms = {
    send({ to }: LinkMessage) {
      sent.push(to)
      return new Promise<never>(() => {})
    },
  }
  const vault = await startVault(t, { linkSenders: { sms }, messageLimits: { ...wideLimits, perAddress } })
  const { guid } = await vault.launch({ sendLink: 'sms' }, john)
  await settle()
  for (let times = 0; times < 4; times += 1) await vault.restart()
  assert.equal(sent.length, 2)
  assert.equal(vault.find(guid).view().link.sent?.state, 'failed')
})

test('text messages go to the numbers that the operator allows', async (t) => {
  const bounded = await startBounded(t, { smsTo: { allowed: ['+44', '+48'], refused: ['+449'] } })
  assert.equal(await sendAnew(bounded, '+447700900123'), 'sent')
  for (const to of ['+882161234567', '+44 9012345678', '+1 900 555 0100']) {
    assert.match(await sendAnew(bounded, to), /^invalid-request/, to)
  }
  assert.equal(await sendAnew(bounded, 'a@example.com'), 'sent')
  const abroad = { ...digital, initialValues: { Phone: '+882161234567' } }
  const session = await bounded.open({ sendLink: 'sms' }, abroad)
  assert.equal(session.view().link.sent, null)
  assert.deepEqual(bounded.sent, ['+447700900123', 'a@example.com'])
})

test('counts that bound nothing any more are removed', async (t) => {
  const bounded = await startBounded(t, { perAddress })
  await sendAnew(bounded, 'a@example.com')
  await bounded.clock.leap(24 * hour)
  await settle()
  assert.equal((await bounded.counts()).length, 2)
  await bounded.clock.leap(2 * hour)
  await until(async () => (await bounded.counts()).length === 0)
})

test('after a rotation of the sealing key what was counted before still counts', async (t) => {
  const { store, clock } = await startVault(t)
  const [former, current] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const log = { warn() {} } as never
  const boundsBy = (sealer: ReturnType<typeof createSealer>) => {
    const bounds = createMessageBounds({ store, sealer, clock, log, limits: { ...wideLimits, perAddress } })
    t.after(() => bounds.close())
    return bounds
  }
  const message = { tenant: 7, guid: sessionGuid, channel: 'email', address: 'a@example.com' } as const
  const before = boundsBy(createSealer(former, systemRandom))
  for (let times = 0; times < 2; times += 1) await before.take(message)
  const after = boundsBy(createSealer(current, systemRandom, [former]))
  await after.take(message)
  await assert.rejects(after.take(message), { code: 'quota-exceeded' })
})
