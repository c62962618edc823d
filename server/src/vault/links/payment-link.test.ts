import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LinkChannel } from '@tonegate/protocol/view-state'
import { settle, startVault } from '../test-vault.ts'
import type { LinkMessage } from './link-sender.ts'
import { NotAccepted } from './not-accepted.ts'

const digital = { entry: 'link', caller: 'no-call' } as const
const john = {
  ...digital,
  initialValues: { CustomerPhoneNumber: '+48 500 000 000', Email: 'john@example.com' },
}
const secretOf = (url: string) => url.split('/').at(-1) ?? ''

/** Senders that keep what they were given; `accepts` may be turned off. */
function testSenders() {
  const sent: (LinkMessage & { readonly channel: LinkChannel })[] = []
  const behaviour = { accepts: async (): Promise<void> => {} }
  const sender = (channel: LinkChannel) => ({
    async send(message: LinkMessage) {
      sent.push({ ...message, channel })
      await behaviour.accepts()
    },
  })
  return { sent, behaviour, senders: { sms: sender('sms'), email: sender('email') } }
}

async function startLink(t: Parameters<typeof startVault>[0]) {
  const { sent, behaviour, senders } = testSenders()
  const vault = await startVault(t, { linkSenders: senders })
  return { ...vault, vault, sent, behaviour }
}

test('a link goes to the address that the program sent along, with all that a message needs', async (t) => {
  const { open, sent } = await startLink(t)
  const session = await open({ language: 'pl' }, john)
  const url = await session.sendLink({ channel: 'sms' })
  const [message] = sent
  assert.equal(message?.to, '+48500000000')
  assert.equal(message?.url, url)
  assert.equal(message?.language, 'pl')
  assert.equal(message?.merchantName, 'Harbour Street Books')
  assert.equal(message?.order.amountMinor, 1240)
  assert.equal(session.admits(secretOf(url)), 'current')
  assert.deepEqual(session.view().link.sent, { channel: 'sms', to: '••• 000', state: 'sent' })
})

test('a link is sent again as it is, and to another address as a new one', async (t) => {
  const { launch, find, sent } = await startLink(t)
  const { guid, paymentFormUrl } = await launch({}, john)
  const session = find(guid)
  const first = await session.sendLink({ channel: 'sms' })
  assert.equal(first, paymentFormUrl)
  assert.equal(await session.sendLink({ channel: 'sms' }), first)
  session.pageOpened()
  const second = await session.sendLink({ channel: 'sms', to: '0048 (500) 111-222' })
  assert.equal(sent.at(-1)?.to, '+48500111222')
  assert.notEqual(second, first)
  assert.equal(session.admits(secretOf(first)), 'former')
  assert.equal(session.admits(secretOf(second)), 'current')
  assert.equal(session.view().link.opened, false)
  assert.equal(
    await session.sendLink({ channel: 'sms' }),
    second,
    'without an address it goes where it went last',
  )
  assert.equal(sent.at(-1)?.to, '+48500111222')
})

test('a link that is to go where it went already, or is on its way to, is not sent once more', async (t) => {
  const { open, sent, behaviour } = await startLink(t)
  const session = await open({}, john)
  const unlessSent = true
  const accepted = Promise.withResolvers<void>()
  behaviour.accepts = () => accepted.promise
  const first = session.sendLink({ channel: 'sms', unlessSent })
  await settle()
  const url = await session.sendLink({ channel: 'sms', to: '0048 500 000 000', unlessSent })
  accepted.resolve()
  assert.equal(await first, url)
  await session.sendLink({ channel: 'sms', unlessSent })
  assert.equal(sent.length, 1)
  behaviour.accepts = () => Promise.reject(new Error('450 mailbox unavailable'))
  await assert.rejects(session.sendLink({ channel: 'email', unlessSent }), { code: 'link-not-sent' })
  behaviour.accepts = async () => {}
  await session.sendLink({ channel: 'email', unlessSent })
  assert.deepEqual(
    sent.map(({ channel }) => channel),
    ['sms', 'email', 'email'],
  )
})

test('an address that is none, or missing, is refused and costs nothing', async (t) => {
  const { open, sent } = await startLink(t)
  const session = await open({}, digital)
  for (const to of ['12', 'john@example.com', '+4111111111111111', '+1; rm', undefined]) {
    await assert.rejects(session.sendLink({ channel: 'sms', ...(to !== undefined && { to }) }), {
      code: 'invalid-request',
    })
  }
  for (const to of ['john', 'a@b', 'a@b.c, d@e.f', 'john@example.com\r\nBcc: all@example.com']) {
    await assert.rejects(session.sendLink({ channel: 'email', to }), { code: 'invalid-request' })
  }
  assert.deepEqual(sent, [])
  assert.equal(session.view().link.sent, null)
})

test('a message that was not accepted says so, and can be sent again', async (t) => {
  const { open, behaviour, lines } = await startLink(t)
  const session = await open({}, john)
  behaviour.accepts = () => Promise.reject(new Error('450 mailbox unavailable'))
  await assert.rejects(session.sendLink({ channel: 'email' }), { code: 'link-not-sent' })
  assert.deepEqual(session.view().link.sent, { channel: 'email', to: 'j•••@example.com', state: 'failed' })
  behaviour.accepts = async () => {}
  await session.sendLink({ channel: 'email' })
  assert.equal(session.view().link.sent?.state, 'sent')
  assert.doesNotMatch(lines.join(''), /john@example|500 ?000/)
})

test('nobody sends twice at a time, or a hundred times', async (t) => {
  const { open, behaviour, sent } = await startLink(t)
  const session = await open({}, john)
  const accepted = Promise.withResolvers<void>()
  behaviour.accepts = () => accepted.promise
  const first = session.sendLink({ channel: 'sms' })
  await settle()
  await assert.rejects(session.sendLink({ channel: 'sms' }), { code: 'not-possible-now' })
  accepted.resolve()
  await first
  for (let count = 1; count < 10; count += 1) await session.sendLink({ channel: 'sms' })
  await assert.rejects(session.sendLink({ channel: 'sms' }), { code: 'quota-exceeded' })
  assert.equal(sent.length, 10)
})

test('a link without a channel goes as it went last, else where an address is known and a sender is there', async (t) => {
  const { open } = await startLink(t)
  const both = await open({}, john)
  assert.equal(both.defaultChannel(), 'sms')
  await both.sendLink({ channel: 'email' })
  assert.equal(both.defaultChannel(), 'email')
  const { CustomerPhoneNumber, Email } = john.initialValues
  assert.equal(
    (await open({}, { ...digital, initialValues: { CustomerPhoneNumber } })).defaultChannel(),
    'sms',
  )
  assert.equal((await open({}, { ...digital, initialValues: { Email } })).defaultChannel(), 'email')
  assert.equal((await open({}, digital)).defaultChannel(), 'email')

  const { senders } = testSenders()
  const mailOnly = await startVault(t, { linkSenders: { email: senders.email } })
  assert.equal((await mailOnly.open({}, john)).defaultChannel(), 'email')
  const neither = await startVault(t)
  assert.equal((await neither.open({}, john)).defaultChannel(), 'sms')
})

test('that a page was opened is logged once', async (t) => {
  const { open, lines } = await startLink(t)
  const session = await open({}, john)
  for (let times = 0; times < 2; times += 1) session.pageOpened()
  const opened = lines
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === 'the payment page was opened')
  assert.deepEqual(
    opened.map(({ capture }) => capture),
    [session.guid],
  )
})

test('a server without a sender for a channel says that', async (t) => {
  const { open } = await startVault(t)
  const session = await open({}, john)
  await assert.rejects(session.sendLink({ channel: 'sms' }), { code: 'not-possible-now' })
})

test('a flow that sends its link at once sends it when the session is durable', async (t) => {
  const { launch, find, sent, row } = await startLink(t)
  const { guid, paymentFormUrl } = await launch({ sendLink: 'email' }, john)
  await settle()
  assert.deepEqual(
    sent.map(({ channel, to, url }) => [channel, to, url]),
    [['email', 'john@example.com', paymentFormUrl]],
  )
  assert.equal(find(guid).view().link.sent?.state, 'sent')
  assert.doesNotMatch(JSON.stringify(await row(guid)), /john@example/)
})

test('a link that was being sent when the process died is sent by the next one', async (t) => {
  const { launch, find, sent, behaviour, restart } = await startLink(t)
  behaviour.accepts = () => new Promise(() => {})
  const { guid } = await launch({ sendLink: 'sms' }, john)
  await settle()
  assert.equal(sent.length, 1)
  behaviour.accepts = async () => {}
  await restart()
  assert.equal(sent.length, 2)
  assert.equal(sent[1]?.url, sent[0]?.url)
  assert.equal(find(guid).view().link.sent?.state, 'sent')
})

test('a new link is known for one after a restart, and the former one stays worthless', async (t) => {
  const { launch, find, restart, vault } = await startLink(t)
  const { guid, paymentFormUrl } = await launch({}, john)
  await find(guid).sendLink({ channel: 'sms' })
  const second = await find(guid).sendLink({ channel: 'sms', to: '+48500111222' })
  await restart()
  assert.equal(find(guid).admits(secretOf(paymentFormUrl)), 'former')
  assert.equal(find(guid).admits(secretOf(second)), 'current')
  await find(guid).cancel()
  await settle()
  assert.equal(await vault.vault.findEnding(guid, secretOf(paymentFormUrl)), undefined)
  assert.equal((await vault.vault.findEnding(guid, secretOf(second)))?.outcome, 'cancelled')
})

test('that an address is the reason why nothing was sent is told to whoever gave it', async (t) => {
  const { open, behaviour, lines } = await startLink(t)
  const session = await open({}, john)
  const text = 'The mail server does not accept this kind of address.'
  behaviour.accepts = () => Promise.reject(new NotAccepted(text, { isTemporary: false, isOfAddress: true }))
  await assert.rejects(session.sendLink({ channel: 'email', to: 'jürgen@example.com' }), {
    ...{ code: 'link-not-sent', message: text },
  })
  behaviour.accepts = () =>
    Promise.reject(new NotAccepted('The server answered 535.', { isTemporary: false }))
  await assert.rejects(session.sendLink({ channel: 'email' }), {
    ...{ code: 'link-not-sent', message: 'The link could not be sent.' },
  })
  assert.doesNotMatch(lines.join(''), /jürgen/)
})

test('one number is one address, however it is written: its link stays the same', async (t) => {
  const { open, sent } = await startLink(t)
  const session = await open({}, { ...digital, initialValues: { Phone: '+49 (0)171 2345678' } })
  const first = await session.sendLink({ channel: 'sms' })
  for (const to of ['0049 171 2345678', 'tel:+49-171-2345678', '+49 0171/2345678']) {
    assert.equal(await session.sendLink({ channel: 'sms', to }), first, to)
  }
  assert.deepEqual([...new Set(sent.map(({ to }) => to))], ['+491712345678'])
})

test('a number or address of the session that cannot be used is said to be none, and why', async (t) => {
  const { open } = await startLink(t)
  const session = await open({}, { ...digital, initialValues: { Phone: '0171 2345678', Email: 'john' } })
  await assert.rejects(session.sendLink({ channel: 'sms' }), /session's phone number must begin with \+/)
  await assert.rejects(session.sendLink({ channel: 'email' }), /session's email address must be an email/)
})
