import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { isSignedBy } from '../src/base/signing/standard-webhooks.ts'
import { answer, startReceiver } from '../src/payments/webhooks/test-receiver.ts'
import { createSandboxClock } from '../src/sandbox/time/sandbox-clock.ts'
import { runAdmin } from './harness/test-admin.ts'
import { endWithThisProcess } from './harness/test-children.ts'
import { eventually } from './harness/test-eventually.ts'
import { startServer } from './harness/test-server.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const admin = join(import.meta.dirname, '../src/admin.ts')

/** The command in a process of its own, as an operator runs it. */
function startListen(t: TestContext, ...typed: readonly string[]) {
  const child = spawn(process.execPath, [admin, 'listen', ...typed], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithThisProcess(child)
  const lines: string[] = []
  let told = ''
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    lines,
    /** Those of sessions that have ended. */
    ends: () => lines.filter((line) => line.includes('  Finished  ')),
    told: () => told,
    saysThat: (text: string) => eventually(async () => told.includes(text)),
    // biome-ignore lint/suspicious/noExplicitAny: a line is looked at by assertions, member by member
    json: (event: string): any[] =>
      lines.map((line) => JSON.parse(line)).filter((each) => each.event === event),
    end: () => child.kill('SIGINT'),
    ended,
  }
}

const start = (t: TestContext) => startTestTonegate(t, { clock: createSandboxClock(systemClock) })

test('listen shows a webhook that nobody configured, and forwards it as its receiver would get it', async (t) => {
  const { origin, post } = await start(t)
  const receiver = await startReceiver(t)
  const listen = startListen(t, '--url', origin, '--forward', `${receiver.url}/hook?a=1`)
  await listen.saysThat('Signing secret: whsec_')
  assert.match(listen.told(), new RegExp(`Each is forwarded to ${receiver.url}/hook`))
  const played = (await post('/sandbox/scenarios/approved', {})).json
  await eventually(
    async () =>
      listen.ends().length === 1 && /session\.progress \S+ {2}\S+ {2}✓ signed/.test(listen.lines.join()),
  )
  const [line = ''] = listen.ends()
  assert.match(line, /^\d\d:\d\d:\d\d {2}Finished {2}approved {2}[0-9a-f-]{36} {2}✓ signed {2}→ 200, \d+ ms$/)
  assert.ok(line.includes(played.sessionGuid))
  const got = receiver.received.find(({ body }) => body.includes('sessionState'))
  assert.deepEqual([got?.method, got?.path], ['POST', '/hook?a=1'])
  const secret = /whsec_\S+/.exec(listen.told())?.[0] ?? ''
  assert.ok(isSignedBy(got?.headers as Record<string, string>, Buffer.from(got?.body ?? ''), secret))
  assert.equal(isSignedBy(got?.headers as Record<string, string>, Buffer.from('{}'), secret), false)
  assert.equal(JSON.parse(got?.body ?? '').sessionGuid, played.sessionGuid)
  listen.end()
  assert.equal(await listen.ended, 0)
})

test('what the program does not take is sent again, as a real webhook is', async (t) => {
  const { origin, post } = await start(t)
  const receiver = await startReceiver(t)
  const answers = [answer(500), answer(302, '', { location: 'http://127.0.0.1:1/' })]
  receiver.behaviour.always = (response, received) =>
    ((received.body.includes('sessionState') && answers.shift()) || answer(200))(response, received)
  const listen = startListen(t, '--url', origin, '--forward', receiver.url, '--json')
  await eventually(async () => listen.json('listening').length === 1)
  await post('/sandbox/scenarios/declined', {})
  const ends = () => listen.json('webhook').filter(({ what }) => what === 'Finished')
  await eventually(async () => listen.json('answer').some(({ status }) => status === 500))
  await post('/sandbox/clock', { advanceSeconds: 60 })
  await eventually(async () => ends().length === 3)
  const heard = ends()
  assert.deepEqual(
    heard.map(({ forwarded }) => forwarded.status),
    [500, 302, 200],
  )
  assert.equal(new Set(heard.map(({ id }) => id)).size, 1)
  assert.deepEqual(
    [heard[0].what, heard[0].outcome, heard[0].signature],
    ['Finished', 'declined', 'verified'],
  )
  assert.equal(JSON.parse(heard[0].body).paymentResultData.paymentOutcome, 'declined')
  const told = listen.lines.map((line) => JSON.parse(line))
  const first = (event: string, delivery: string) =>
    told.findIndex((each) => each.event === event && each.delivery === delivery)
  for (const { delivery } of listen.json('answer'))
    assert.ok(first('webhook', delivery) < first('answer', delivery), 'what became of it comes behind it')
})

test('webhooks of a configuration go to its receiver, and are heard, too; one that is lost is told', async (t) => {
  const sandbox = await start(t)
  const { origin, folder, post, token } = sandbox
  const receiver = await startReceiver(t)
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam' }
  const account = ['--account', 'Demo nam']
  const made = await runAdmin(environment, ['webhook', 'add-secret', 'mine', ...account, '--json'])
  const { secret } = JSON.parse(made.answer)
  const usual = JSON.parse((await runAdmin(environment, ['configuration', 'show', '10', ...account])).answer)
  const webhook = { url: `${receiver.url}/mine`, privateAddresses: 'allowed', signingSecret: 'mine' }
  // Under the id of one that plays itself.
  await runAdmin(
    environment,
    ['configuration', 'put', '-', ...account],
    JSON.stringify({ ...usual, webhook }),
  )
  const listen = startListen(t, '--url', origin, '--json', '--secret', secret)
  await eventually(async () => listen.json('listening').length === 1)
  await post('/sandbox/faults', { kind: 'webhook-lost' })
  const paymentData = { Amount: '12.40', Currency: 'USD' }
  const order = { agentId: 'agent7', accountConfigurationId: 10, skipCallTransfer: true, paymentData }
  await post('/globalpci/v1/session', order, { authorization: `Bearer ${await token()}` })
  await eventually(async () => listen.json('answer').length === 1)
  assert.match(listen.json('answer')[0].fault, /told to lose it/)
  assert.equal(receiver.received.length, 0)
  await post('/sandbox/clock', { advanceSeconds: 20 })
  await receiver.got(1)
  await eventually(async () => listen.json('answer').length === 2)
  const [heard] = listen.json('webhook')
  assert.deepEqual([heard.signature, heard.to, heard.forwarded], ['verified', `${receiver.url}/mine`, null])
})

test('listen outlives a reset and a restart of the sandbox', async (t) => {
  const { folder } = await start(t).then(async (first) => {
    await first.close()
    return first
  })
  const begin = (port: string) =>
    startServer(t, { PORT: port, TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', TONEGATE_LOG_LEVEL: 'info' })
  const first = begin('0')
  const { port } = await first.ready()
  const origin = `http://127.0.0.1:${port}`
  const play = () =>
    fetch(`${origin}/sandbox/scenarios/approved`, { method: 'POST' }).then((each) =>
      assert.equal(each.status, 200),
    )
  const listen = startListen(t, '--url', origin)
  await listen.saysThat('Signing secret')
  await fetch(`${origin}/sandbox/reset`, { method: 'POST' })
  await listen.saysThat('The sandbox was reset.')
  await play()
  await eventually(async () => listen.ends().length === 1)
  first.kill('SIGTERM')
  assert.equal(await first.ended, 0)
  await listen.saysThat('The sandbox has gone.')
  await begin(String(port)).ready()
  await listen.saysThat('Listening again.')
  await play()
  await eventually(async () => listen.ends().length === 2)
})

test('without a sandbox, and with what is no address, listen and trigger say so', async () => {
  const run = (...typed: readonly string[]) => runAdmin({}, typed)
  for (const typed of [['listen'], ['trigger', 'approved'], ['trigger']]) {
    const { code, complaint } = await run(...typed, '--url', 'http://127.0.0.1:9')
    assert.equal(code, 1)
    assert.match(complaint, /^No sandbox answers at http:\/\/127\.0\.0\.1:9: .*Start one with npm start/)
  }
  for (const typed of [
    ['listen', '--url', 'nowhere'],
    ['listen', '--forward', 'hook'],
    ['listen', 'what'],
    ['trigger', 'one', 'two'],
  ]) {
    const { code, complaint } = await run(...typed)
    assert.deepEqual([code, /is no address|posted to|accepts/.test(complaint)], [2, true], complaint)
  }
})

test('a server that is no sandbox is told from one, whatever it answers', async (t) => {
  const receiver = await startReceiver(t)
  for (const said of ['<html>a portal</html>', '{"scenarios":', '{}', 'null']) {
    receiver.behaviour.always = answer(200, said)
    for (const typed of [['listen'], ['trigger', 'approved'], ['trigger']]) {
      const { code, complaint } = await runAdmin({}, [...typed, '--url', receiver.url])
      assert.deepEqual([code, /answered 200: it is not a sandbox/.test(complaint)], [1, true], complaint)
    }
  }
})

test('trigger plays a scenario, lists them, and tells what is not known', async (t) => {
  const { origin } = await start(t)
  const run = (...typed: readonly string[]) => runAdmin({}, ['trigger', ...typed, '--url', origin])
  const shown = await run('declined:lost-or-stolen')
  assert.match(
    shown.answer,
    /^scenario +declined:lost-or-stolen\nsessionGuid +[0-9a-f-]{36}\nsessionState +Finished\n/,
  )
  assert.match(shown.answer, /^paymentOutcome +declined\ndeclineReason +lost-or-stolen$/m)
  const listed = await run()
  assert.match(listed.answer, /^hang-up +The caller hangs up halfway/m)
  assert.ok(JSON.parse((await run('--json')).answer).length >= 20)
  const unknown = await run('aproved')
  assert.deepEqual(
    [unknown.code, /No scenario has this name\. There are: /.test(unknown.complaint)],
    [1, true],
  )
})
