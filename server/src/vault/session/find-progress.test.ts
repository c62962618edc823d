import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { SessionProgress } from '../model/session-progress.ts'
import { approval, press, settle, startVault, testGateway, visa } from '../test-vault.ts'

const short = (progress: readonly SessionProgress[] | undefined) =>
  progress?.map(({ sequence, progress: what, field }) =>
    [sequence, what, ...(field ? [field] : [])].join(' '),
  )

const whole = [
  '1 opened',
  '2 field-complete pan',
  '3 field-complete expiry',
  '4 field-complete security-code',
  '5 processing',
]

async function startFollowed(
  t: Parameters<typeof startVault>[0],
  options: Parameters<typeof startVault>[1] = {},
) {
  const started = await startVault(t, options)
  const progressOf = async (guid: Guid) => short((await started.vault.findProgress([guid])).get(guid))
  return { ...started, progressOf }
}

test('a card that is keyed in: who is there, each field, and that the gateway is asked', async (t) => {
  const { open, progressOf, clock } = await startFollowed(t)
  const session = await open()
  assert.deepEqual(await progressOf(session.guid), [])
  session.opened()
  press(session, `${visa}#12`)
  await settle()
  assert.deepEqual(await progressOf(session.guid), whole.slice(0, 2))
  await clock.advance(1000)
  press(session, '30#123#1')
  await settle()
  assert.deepEqual(await progressOf(session.guid), whole)
})

test('what is entered again is complete again, and what was refused is not', async (t) => {
  const { open, progressOf } = await startFollowed(t)
  const session = await open()
  press(session, `${visa}#`)
  session.ask('pan')
  press(session, '4111111111111112#')
  press(session, `${visa}#`)
  await settle()
  assert.deepEqual(await progressOf(session.guid), [
    '1 opened',
    '2 field-complete pan',
    '3 field-complete pan',
  ])
})

test('a link: sent, opened, a card that is wrong first, and the customer at the bank', async (t) => {
  const challenge = { url: 'https://bank.example/acs', fields: { creq: 'question' } }
  const gateway = testGateway({ answers: async () => ({ status: 'challenge', challenge }) })
  const asking = { ...gateway, completeChallenge: async () => approval }
  const linkSenders = { email: { send: async () => {} } }
  const { open, progressOf, find, results } = await startFollowed(t, { gateway: asking, linkSenders })
  const session = await open({}, { entry: 'link' })
  await session.sendLink({ channel: 'email', to: 'customer@example.com' })
  session.pageOpened()
  const card = { pan: visa, expiry: '1230', securityCode: '123' }
  await session.submitCard({ ...card, expiry: '0120' })
  const paying = session.submitCard(card)
  await settle()
  const atBank = [
    '1 link-sent',
    '2 opened',
    '3 link-opened',
    '4 field-complete pan',
    '5 field-complete expiry',
    '6 field-complete security-code',
    '7 processing',
    '8 at-bank',
  ]
  assert.deepEqual(await progressOf(session.guid), atBank)
  find(session.guid).challengeAnswered({ cres: 'answer' })
  await paying
  assert.equal(results[0]?.outcome, 'approved')
  assert.deepEqual(await progressOf(session.guid), atBank, 'it is still known after the end')
})

test('what has a place keeps it through a restart, and nothing is told twice', async (t) => {
  const { open, progressOf, restart, find } = await startFollowed(t)
  const session = await open()
  session.opened()
  press(session, `${visa}#1230`)
  await restart()
  assert.deepEqual(await progressOf(session.guid), whole.slice(0, 3))
  const again = find(session.guid)
  again.opened()
  press(again, '123#1')
  await settle()
  assert.deepEqual(await progressOf(session.guid), whole)
})

test('a session whose launcher wants to hear of it is told of as it goes; the next process tells all of it', async (t) => {
  const { open, courses, restart, find } = await startFollowed(t)
  const session = await open({}, { tellsProgress: true })
  press(session, `${visa}#1230`)
  await settle()
  assert.deepEqual(short(courses), whole.slice(0, 3))
  await restart()
  assert.deepEqual(short(courses.splice(0)), [...whole.slice(0, 3), ...whole.slice(0, 3)])
  press(find(session.guid), '123#1')
  await settle()
  assert.deepEqual(short(courses), whole.slice(3))
})

test('what was not taken is told again, before the result', async (t) => {
  const { open, courses, takeCoursesBy, takeResultsBy, clock, results } = await startFollowed(t)
  const session = await open({}, { tellsProgress: true })
  const away = async () => {
    throw new Error('Not now.')
  }
  takeCoursesBy(away)
  takeResultsBy(away)
  press(session, `${visa}#1230#123#1`)
  await settle()
  assert.deepEqual([courses, results], [[], []])
  const order: string[] = []
  takeCoursesBy(async () => void order.push('course'))
  takeResultsBy(async () => void order.push('result'))
  await clock.advance(120_000)
  assert.deepEqual(short(courses), whole)
  assert.deepEqual(order, ['course', 'result'])
})

test('a session that nobody wants to hear of tells nothing, and a damaged course hides no other', async (t) => {
  const { open, courses, progressOf, store } = await startFollowed(t)
  const [session, other] = [await open(), await open()]
  press(session, `${visa}#`)
  press(other, `${visa}#`)
  await settle()
  const damage = store.prepare((db, p: { guid: Guid }) =>
    db.updateTable('capture_session').set({ course: '[{' }).where('guid', '=', p.guid),
  )
  await store.write((tx) => damage.run(tx, { guid: session.guid }))
  assert.deepEqual(courses, [])
  assert.deepEqual(await progressOf(session.guid), [])
  assert.deepEqual(await progressOf(other.guid), whole.slice(0, 2))
})
