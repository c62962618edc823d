import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { TelephoneState } from '@tonegate/protocol/telephone'
import { until } from '../../test/harness/test-until.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { createTestPeers, type TestProcess } from '../calls/test-telephone.ts'
import { startTwoNodes } from '../calls/test-two-nodes.ts'
import { createHttp } from '../http/http.ts'
import { newNodeId } from '../store/nodes/node-id.ts'
import type { IssuerQuestion } from '../vault/gateways/sandbox-gateway.ts'
import { message } from '../vault/links/test-messages.ts'
import { createBankQuestions } from './bank-questions.ts'
import { createMessageOutbox } from './outbox.ts'
import { createCallsClient } from './phone/calls-client.ts'
import { createSandboxPhone } from './phone/phone.ts'

/** A phone at each of two nodes, and what chooses the one that a request to the sandbox comes to. */
async function startPhones(t: TestContext) {
  const started = await startTwoNodes(t)
  const { one, other, key, newGuid, clock, log } = started
  const phoneAt = (process: TestProcess) => {
    const phone = createSandboxPhone({
      client: createCallsClient({ app: process.app, key }),
      peers: process.peers,
      activeCall: (agentId) => process.liveCalls.activeOf(1, agentId),
      newGuid,
      clock,
      log,
    })
    t.after(phone.close)
    phone.serve(process.channel)
    return phone
  }
  const phones = [phoneAt(one), phoneAt(other)] as const
  for (const phone of phones) await phone.connect()
  return { ...started, phones }
}

const keys = (text: string) => ({ keys: Buffer.from(text), gapMilliseconds: 0 })

test('a call is opened by one phone, typed into by the one whose node has its line, and each knows what the caller hears', async (t) => {
  const { one, other, call, phones } = await startPhones(t)
  const [here, there] = phones
  const { callGuid } = await here.open('agent7')
  const { sessionGuid, heard, listener } = await call()
  const states: TelephoneState[] = []
  here.watch(callGuid, (state) => states.push(state))
  await other.secure(callGuid, { sessionGuid, listener, recording: 'continue' })
  assert.equal(await one.elsewhere.of(callGuid), other.store.nodeId)
  assert.equal(await there.press(callGuid, keys('41')), 'listener')
  assert.equal(await there.press(callGuid, keys('1')), 'listener')
  await other.say(callGuid, { text: 'Please type.', language: 'en', key: 'x' })
  await there.hangUp(callGuid)
  await until(() => states.at(-1)?.call === 'ended')
  assert.deepEqual(heard, ['4', '1', '1', 'hung up by caller'])
  assert.deepEqual([states.at(-1)?.said?.text, states.some(({ secured }) => secured)], ['Please type.', true])
})

test('an agent whose call is at another node is on one call', async (t) => {
  const { phones, other, call } = await startPhones(t)
  const former = await phones[0].open('agent7')
  const { sessionGuid, heard, listener } = await call()
  await other.secure(former.callGuid, { sessionGuid, listener, recording: 'continue' })
  const next = await phones[0].open('agent7')
  assert.deepEqual(heard, ['hung up by caller'])
  assert.deepEqual(await other.findLiveCall(1, 'agent7'), next)
})

/** Two nodes that answer each other. */
function startChannels() {
  const peers = createTestPeers()
  const node = () => {
    const id = newNodeId()
    const region = {
      name: 'nam',
      issuer: 'https://nam.id.example.test',
      apiUrl: 'https://nam.api.example.test',
      paymentOrigin: 'https://nam.pay.example.test',
    } as const
    const channel = createHttp({ region, log: createLog('silent'), proxy: 'none' })
    peers.join(id, { app: channel, channel })
    return { channel, peers: peers.of(id) }
  }
  return [node(), node()] as const
}

test('the outbox has what each node has sent, the newest first', async () => {
  const nodes = startChannels()
  const clock = createMovableClock()
  const [one, other] = nodes.map(({ channel }) => {
    const outbox = createMessageOutbox({ clock, timeZone: 'UTC' })
    outbox.serve(channel)
    return outbox
  })
  assert.ok(one && other)
  for (const [outbox, to] of [
    [one, '1'],
    [other, '2'],
    [one, '3'],
  ] as const) {
    await clock.advance(1)
    await outbox.senders.sms.send({ ...message, to })
  }
  const sent = await other.all(nodes[1].peers)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['3', '2', '1'],
  )
})

test('a customer whom another node sent to the bank is asked, and is right back there', async () => {
  const nodes = startChannels()
  const clock = createMovableClock()
  const order = { amountMinor: 1240, currency: 'GBP' }
  const question: IssuerQuestion = { order, returnUrl: 'https://nam.pay.test/pay', decision: undefined }
  const [here, there] = nodes.map(({ channel, peers }, index) => {
    const issuerQuestion = (reference: string) =>
      index === 1 && reference === 'right' ? question : undefined
    const questions = createBankQuestions({ gateway: { issuerQuestion }, peers, clock })
    questions.serve(channel)
    return questions
  })
  assert.ok(here && there)
  assert.deepEqual((await here.find('right'))?.order, order)
  assert.equal(await here.find('wrong'), undefined)
  await here.decide('right', 'confirmed')
  await here.decide('right', 'refused')
  assert.equal(question.decision, 'confirmed')
  assert.equal((await here.find('right'))?.decision, 'confirmed')
})
