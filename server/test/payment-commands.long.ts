import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  connectorSecret,
  startConnectorDouble,
} from '../src/vault/gateways/connector/double/test-connector.ts'
import { eventually } from './harness/test-eventually.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const script = fileURLToPath(new URL('../src/admin.ts', import.meta.url))

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
      const env = { ...process.env, TONEGATE_DATA: folder, TONEGATE_OPERATOR: 'Ada Byron' }
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
    run,
    configure,
    pay,
    shown,
    close: sandbox.close,
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
  const both = await Promise.all(['3.00', '5.00'].map((sum) => first.refund(session, '--amount', sum)))
  for (const [index, sum] of ['3.00', '5.00'].entries()) {
    assert.match(both[index]?.answer ?? '', new RegExp(`${sum} GBP of ${session} was refunded\\.`))
  }
  await first.close()
  const stopped = await first.refund(session, '--amount', '4.41')
  assert.match(
    stopped.complaint,
    /between 0\.01 and 4\.40 GBP: 12\.40 GBP was captured, 8\.00 GBP was refunded/,
  )
  const next = await startSandbox(t, first.folder)
  const all = await Promise.all([next.refund(session), next.refund(session)])
  assert.ok(all.some(({ answer }) => /4\.40 GBP of \S+ was refunded/.test(answer)))
  const last = await next.shown(session)
  assert.deepEqual([last.gateway, last.givenBack, last.left], ['sandbox', '12.40 GBP', '0.00 GBP'])
  assert.equal(last.since.length, 3)
})

test('what the sandbox holds is captured in part, and then neither voided nor captured again', async (t) => {
  const { configure, pay, capture, refund, cancel } = await startSandbox(t)
  await configure({ purpose: 'authorise', cancelAfterwards: 'void' })
  const taken = await pay({ configuration: 50 })
  const part = await capture(taken, '--amount', '10.00')
  assert.equal(part.answer, `10.00 GBP of ${taken} was captured. 2.40 GBP is released.\n`)
  assert.match((await capture(taken)).complaint, /already been captured/)
  assert.equal((await cancel(taken)).status, 409)
  assert.match((await refund(taken, '--amount', '10.01')).complaint, /between 0\.01 and 10\.00 GBP/)
  assert.match((await refund(taken)).answer, /^10\.00 GBP .* Nothing is left/)

  const letGo = await pay({ configuration: 50, Amount: '1240', Currency: 'JPY' })
  assert.equal((await cancel(letGo)).status, 200)
  assert.match((await capture(letGo)).complaint, /has been voided/)
})

test('commands at a gateway that fails or is slow say what it did: two sums are two orders, one sum is one', async (t) => {
  const double = await startConnectorDouble()
  t.after(() => double.close())
  const { run, configure, pay, refund, shown } = await startSandbox(t)
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
  assert.match(
    unanswered.complaint,
    /^The gateway has not answered\. .* --retry; .*whether 3\.00 GBP was refunded/,
  )
  const other = await refund(session, '--amount', '5.00')
  assert.equal(other.code, 1)
  assert.match(
    other.complaint,
    /^A refund of 3\.00 GBP is under way: its gateway has not answered\. 5\.00 GBP was not refunded\./,
  )
  assert.equal(taken(), 940)
  const both = await refund(session, '--amount', '5.00')
  assert.match(
    both.answer,
    /^A refund of 3\.00 GBP that was under way is now complete\. 5\.00 GBP of .* 4\.40 GBP is left/,
  )
  assert.equal(taken(), 440)

  double.misbehave('late', { of: /refund$/ })
  const slow = refund(session, '--amount', '1.00')
  await asked(slow, () => double.asked.filter(({ path }) => path.endsWith('refund')).length === 5)
  const again = await refund(session, '--amount', '1.00')
  assert.match(
    again.answer,
    /^The refund of 1\.00 GBP that was under way is complete: .* once\. 3\.40 GBP is left/,
  )
  double.answerLate()
  assert.match((await slow).answer, /^1\.00 GBP of .* was refunded\. 3\.40 GBP is left/)
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

/** Waits until a command has asked; a command that ends without having asked ends the waiting. */
async function asked(command: Promise<Ran>, has: () => boolean): Promise<void> {
  let ended: Ran | undefined
  void command.then((ran) => {
    ended = ran
  })
  while (!has() && !ended) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.ok(has(), `it was not asked: ${JSON.stringify(ended)}`)
}
