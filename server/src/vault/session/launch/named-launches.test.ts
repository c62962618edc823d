import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Guid } from '../../../base/guid.ts'
import type { LinkMessage } from '../../links/link-sender.ts'
import type { Launch } from '../../model/launch.ts'
import { approval, flow, press, settle, startVault, testGateway, wholeCard } from '../../test-vault.ts'

const guid = '0198c0fd-89c0-72e1-8f18-572efd5c5470' as Guid

const launch: Launch = {
  tenant: 7,
  flow: { ...flow, sendLink: 'sms' },
  order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
  initialValues: { CustomerPhoneNumber: '+447700900123' },
  entry: 'link',
  caller: 'no-call',
}

type Started = Awaited<ReturnType<typeof startVault>>

/** A vault that sends links, and a launch that its launcher has named. */
async function startNamed(
  t: Parameters<typeof startVault>[0],
  surroundings: Parameters<typeof startVault>[1] = {},
) {
  const sent: string[] = []
  const sms = { send: async ({ url }: LinkMessage) => void sent.push(url) }
  const started = await startVault(t, { ...surroundings, linkSenders: { sms } })
  return { started, sent }
}

async function launchNamed({ vault }: Started, changes: Partial<Launch> = {}) {
  const launched = { ...launch, ...changes }
  const made = await vault.launch(launched, undefined, vault.named.nameOf(guid, launched))
  await made.durable
  return made
}

const again = ({ vault }: Started, changes: Partial<Launch> = {}) => {
  const launched = { ...launch, ...changes }
  return vault.named.again(vault.named.nameOf(guid, launched), launched)
}

test('a link is sent once its launcher has the session, and once, whatever restarts between', async (t) => {
  const { started, sent } = await startNamed(t)
  await launchNamed(started)
  await settle()
  await started.restart()
  await settle()
  assert.deepEqual(sent, [])
  await started.vault.named.opened(guid)
  await started.vault.named.opened(guid)
  await settle()
  assert.equal(sent.length, 1)
  await started.restart()
  await started.vault.named.opened(guid)
  await settle()
  assert.equal(sent.length, 1)
})

test('the same launch again is the same session, with tokens of its own, and its flow stays what it was', async (t) => {
  const { started } = await startNamed(t)
  const first = await launchNamed(started)
  const second = await again(started, { flow: { ...flow, attempts: 1 } })
  assert.ok(second)
  assert.deepEqual(
    [second.guid, second.viewUrl, second.paymentFormUrl],
    [first.guid, first.viewUrl, first.paymentFormUrl],
  )
  assert.notEqual(second.refreshToken, first.refreshToken)
  for (const { refreshToken } of [first, second]) assert.ok(await started.find(guid).renew(refreshToken))
  await started.restart()
  assert.equal((await again(started))?.guid, guid)
  assert.equal(started.find(guid).launch.flow.attempts, flow.attempts)
})

for (const [what, changes] of Object.entries({
  'another amount': { order: { ...launch.order, amountMinor: 1241 } },
  'another tenant': { tenant: 8 },
  'another customer': { initialValues: { CustomerPhoneNumber: '+447700900124' } },
  'a call': { entry: 'keypad', caller: 'on-call' },
} satisfies Record<string, Partial<Launch>>)) {
  test(`a launch of the same name with ${what} is refused`, async (t) => {
    const { started } = await startNamed(t)
    await launchNamed(started)
    await assert.rejects(again(started, changes), { code: 'idempotency-mismatch' })
  })
}

test('what was called off before it came is never launched', async (t) => {
  const { started, sent } = await startNamed(t)
  assert.equal(await started.vault.named.callOff(guid), 'nothing')
  await started.restart()
  await assert.rejects(again(started), { code: 'session-ended' })
  await assert.rejects(launchNamed(started), { name: 'UniqueViolation' })
  assert.equal(started.vault.find(guid), undefined)
  assert.equal(await started.vault.named.callOff(guid), 'nothing')
  assert.deepEqual(sent, [])
})

test('a session that is called off has ended, its end is no news to anybody, and it is not handed out again', async (t) => {
  const { started, sent } = await startNamed(t)
  await launchNamed(started)
  assert.equal(await started.vault.named.callOff(guid), 'nothing')
  await settle()
  await started.restart()
  await settle()
  assert.deepEqual([started.results, sent], [[], []])
  await assert.rejects(again(started), { code: 'session-ended' })
})

test('a session in which a card is charged is not called off: it is handed out again, and its result is reported', async (t) => {
  const charging = Promise.withResolvers<typeof approval>()
  const { started } = await startNamed(t, { gateway: testGateway({ answers: () => charging.promise }) })
  const keypad = { entry: 'keypad', caller: 'on-call' } as const
  await launchNamed(started, keypad)
  press(started.find(guid), `${wholeCard}1`)
  await settle()
  assert.equal(await started.vault.named.callOff(guid), 'session')
  charging.resolve(approval)
  await settle()
  assert.deepEqual(
    started.results.map(({ outcome }) => outcome),
    ['approved'],
  )
  assert.equal(await started.vault.named.callOff(guid), 'session')
  assert.equal((await again(started, keypad))?.guid, guid)
})

test('a name is that of its own session, whatever others are there', async (t) => {
  const { started, sent } = await startNamed(t)
  const { vault } = started
  const otherGuid = '0198c0fd-89c0-72e1-8f18-572efd5c5471' as Guid
  const other = { ...launch, order: { ...launch.order, reference: 'order-2' } }
  await (await vault.launch(other, undefined, vault.named.nameOf(otherGuid, other))).durable
  await launchNamed(started)
  const name = vault.named.nameOf(otherGuid, other)
  assert.equal((await vault.named.again(name, other))?.guid, otherGuid)
  assert.equal((await again(started))?.guid, guid)
  await vault.named.opened(guid)
  await settle()
  assert.equal(sent.length, 1)
  await vault.named.opened(otherGuid)
  await settle()
  assert.equal(sent.length, 2)
  assert.equal(await vault.named.callOff(guid), 'nothing')
  await assert.rejects(again(started), { code: 'session-ended' })
  assert.equal((await vault.named.again(name, other))?.guid, otherGuid)
})

test('a launcher that says twice at once that it has the session has the link sent once', async (t) => {
  const sending = Promise.withResolvers<void>()
  let sent = 0
  const sms = {
    send() {
      sent += 1
      return sending.promise
    },
  }
  const started = await startVault(t, { linkSenders: { sms } })
  await launchNamed(started)
  await started.vault.named.opened(guid)
  await started.vault.named.opened(guid)
  await settle()
  assert.equal(sent, 1)
  sending.resolve()
})
