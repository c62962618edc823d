import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually, startTestTonegate } from './test-tonegate.ts'
import { connectorSecret, startConnectorDouble } from './vault/gateways/connector/test-connector.ts'

const script = fileURLToPath(new URL('admin.ts', import.meta.url))

interface Ran {
  readonly code: number
  readonly answer: string
  readonly complaint: string
}

/** A sandbox, and an operator whose commands are processes of their own. */
async function startSandbox(t: TestContext, folder = mkdtempSync(join(tmpdir(), 'tonegate-test-'))) {
  const sandbox = await startTestTonegate(t, { environment: { TONEGATE_DATA: folder } })
  const headers = { authorization: `Bearer ${await sandbox.token()}` }
  const run = (input: string, ...typed: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const env = { ...process.env, TONEGATE_DATA: folder }
      const child = execFile(process.execPath, [script, ...typed], { env }, (error, answer, complaint) =>
        resolve({ code: error === null ? 0 : Number(error.code), answer, complaint }),
      )
      child.stdin?.end(input)
    })
  const admin = (...typed: readonly string[]) => run('', ...typed)

  async function configure(flow: object): Promise<void> {
    const usual = JSON.parse((await admin('configuration', 'show', '0', '--account', 'Demo nam')).answer)
    const configuration = { ...usual, id: 50, flow: { ...usual.flow, ...flow } }
    const put = await run(JSON.stringify(configuration), 'configuration', 'put', '-', '--account', 'Demo nam')
    assert.equal(put.code, 0, put.complaint)
  }

  /** A payment that was approved; its session. */
  async function pay({ Amount = '12.40', Currency = 'GBP', configuration = 0 } = {}): Promise<string> {
    const session = {
      agentId: 'agent7',
      accountConfigurationId: configuration,
      skipCallTransfer: true,
      paymentData: { Amount, Currency },
    }
    const { sessionGuid } = (await sandbox.post('/globalpci/v1/session', session, headers)).json
    await sandbox.post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
    await eventually(async () => (await status(sessionGuid)).sessionState === 'Finished')
    return sessionGuid
  }

  const status = async (sessionGuid: string) =>
    (await sandbox.send(`/globalpci/v1/session/${sessionGuid}`, { headers })).json
  const shown = async (session: string) =>
    JSON.parse((await admin('payment', 'show', session, '--json')).answer)

  return {
    folder,
    ...{ run, admin, configure, pay, status, shown, headers },
    close: sandbox.close,
    send: sandbox.send,
    refund: (session: string, ...more: readonly string[]) =>
      admin('payment', 'refund', session, '--yes', ...more),
    capture: (session: string, ...more: readonly string[]) =>
      admin('payment', 'capture', session, '--yes', ...more),
    cancel: (session: string) => sandbox.post(`/globalpci/v1/session/${session}/cancel`, {}, headers),
  }
}

test('a payment of the sandbox is refunded by commands, two at once and after a restart, and never beyond its sum', async (t) => {
  const first = await startSandbox(t)
  const session = await first.pay()
  const shown = await first.shown(session)
  assert.deepEqual([shown.gateway, shown.taken, shown.left], ['sandbox', '12.40 GBP', '12.40 GBP'])
  const both = await Promise.all([
    first.refund(session, '--amount', '3.00'),
    first.refund(session, '--amount', '5.00'),
  ])
  assert.deepEqual(
    both.map(({ code }) => code),
    [0, 0],
    JSON.stringify(both),
  )
  assert.ok(both.some(({ answer }) => answer.includes(`3.00 GBP of ${session} was given back.`)))
  assert.ok(both.some(({ answer }) => answer.includes(`5.00 GBP of ${session} was given back.`)))
  assert.equal((await first.shown(session)).givenBack, '8.00 GBP')
  await first.close()

  const stopped = await first.refund(session, '--amount', '4.41')
  assert.match(
    stopped.complaint,
    /between 0\.01 and 4\.40 GBP: 12\.40 GBP was taken, 8\.00 GBP was given back/,
  )
  assert.equal((await first.refund(session, '--amount', '0.40')).code, 0, 'no server is needed')
  const next = await startSandbox(t, first.folder)
  const all = await Promise.all([next.refund(session), next.refund(session)])
  assert.deepEqual(all.map(({ answer }) => /4\.00 GBP of \S+ was given back/.test(answer)).sort(), [
    ...(all.every(({ code }) => code === 0) ? [true, true] : [false, true]),
  ])
  const last = await next.shown(session)
  assert.deepEqual([last.givenBack, last.left], ['12.40 GBP', '0.00 GBP'])
  assert.match((await next.refund(session)).complaint, /no money of this payment to give back/)
})

test('what the sandbox holds is captured in part, and then neither let go nor captured again', async (t) => {
  const { configure, pay, capture, refund, cancel, shown } = await startSandbox(t)
  await configure({ purpose: 'authorise', cancelAfterwards: 'void' })
  const taken = await pay({ configuration: 50 })
  assert.match((await refund(taken)).complaint, /none was taken/)
  const part = await capture(taken, '--amount', '10.00')
  assert.equal(part.answer, `10.00 GBP of ${taken} was taken. 2.40 GBP that was held is let go.\n`)
  assert.match((await capture(taken)).complaint, /taken already/)
  assert.equal((await cancel(taken)).status, 409)
  assert.equal((await refund(taken, '--amount', '10.01')).code, 1)
  assert.equal((await refund(taken)).code, 0)
  assert.deepEqual((await shown(taken)).left, '0.00 GBP')

  const letGo = await pay({ configuration: 50, Amount: '1240', Currency: 'JPY' })
  assert.equal((await cancel(letGo)).status, 200)
  assert.match((await capture(letGo)).complaint, /was let go/)
  assert.match((await shown(letGo)).since[0], /void 1240 JPY \(cancelled\): done$/)
})

test('commands at a gateway that fails or is slow say what it did: two sums are two orders, one sum is one', async (t) => {
  const double = await startConnectorDouble()
  t.after(() => double.close())
  const { run, configure, pay, refund, shown, folder } = await startSandbox(t)
  assert.ok(folder)
  const settings = { url: double.url, secrets: [connectorSecret] }
  const put = await run(
    JSON.stringify(settings),
    ...['gateway', 'put', 'bank', '--kind', 'connector', '--settings', '-', '--account', 'Demo nam'],
  )
  assert.equal(put.code, 0, put.complaint)
  await configure({ gateway: 'bank' })
  const session = await pay({ configuration: 50 })
  const taken = () => Object.values(double.ledger.moved())[0]?.taken

  double.misbehave(() => ({ status: 500, body: '' }), { carriesOut: true, of: /refund$/ })
  double.misbehave(() => ({ status: 500, body: '' }), { carriesOut: false, of: /refund$/ })
  const unanswered = await refund(session, '--amount', '3.00')
  assert.match(unanswered.complaint, /^The gateway has not answered\..*whether 3\.00 GBP was given back/)
  const other = await refund(session, '--amount', '5.00')
  assert.equal(other.code, 1)
  assert.match(
    other.complaint,
    /^A refund of 3\.00 GBP is under way and its gateway has not answered\. 5\.00 GBP was not given back\./,
  )
  assert.deepEqual([taken(), (await shown(session)).underWay], [940, '3.00 GBP'])
  const both = await refund(session, '--amount', '5.00')
  assert.match(
    both.answer,
    /^A refund of 3\.00 GBP was under way: it is done\. 5\.00 GBP of .* 4\.40 GBP is left/,
  )
  assert.equal(taken(), 440)

  double.misbehave('late', { of: /refund$/ })
  const slow = refund(session, '--amount', '1.00')
  await eventually(async () => double.asked.filter(({ path }) => path.endsWith('refund')).length === 5)
  const again = await refund(session, '--amount', '1.00')
  assert.match(
    again.answer,
    /^The refund of 1\.00 GBP that was under way is done: .* once\. 3\.40 GBP is left/,
  )
  double.answerLate()
  assert.match((await slow).answer, /^1\.00 GBP of .* was given back\. 3\.40 GBP is left/)
  assert.equal(taken(), 340)
  const rows = (await shown(session)).since as readonly string[]
  assert.deepEqual(
    rows.map((row) => row.slice(25)),
    [
      'refund 3.00 GBP (operator): done',
      'refund 5.00 GBP (operator): done',
      'refund 1.00 GBP (operator): done',
    ],
  )
})
