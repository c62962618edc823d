import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { commands } from '../src/cli/commands.ts'
import { startReceiver } from '../src/payments/webhooks/test-receiver.ts'
import { runAdmin } from './harness/test-admin.ts'
import { eventually } from './harness/test-eventually.ts'
import { makeTestFolder } from './harness/test-folder.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'

const demo = ['--account', 'Demo nam']

/** A step: what is typed, which entries it leaves, and what is piped in. What stands in braces is known by then. */
type Step = readonly [typed: string, actions: readonly string[], piped?: string | object]

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const connector = { url: 'https://pay.example.com/', secrets: [secret] }
const flow = {
  ...{ id: 7, name: 'Seven', entry: 'keypad' },
  flow: { gateway: 'sandbox', merchantName: 'Demo', frameAncestors: ['https://desk.example.com'] },
  initialValues: { amounts: 'minor', amount: { member: 'amount' }, currency: { fixed: 'GBP' } },
}
const declared = {
  webhookSecrets: ['orders'],
  gateways: [{ name: 'bank', kind: 'connector', settings: connector }],
}
/** Commands without a step, and why, beside those that work on no region. */
const withoutStep: Readonly<Record<string, string>> = {
  'database create': 'the database is there: see the next test',
  'audit begin': 'nothing is lost: see `begin-chain.test.ts`',
  listen: 'it asks a sandbox, and changes nothing: see `listen.long.ts`',
  trigger: 'it asks a sandbox, which is no operator’s: see `listen.long.ts`',
  'store move': 'it needs another engine: see `move.long.ts`',
}
/** One that says that something is wrong has been given all the same. */
const saysWhatIsWrong = 'platform check'

/** Every command there is, at work. A command that is in no step fails the test. */
const steps: readonly Step[] = [
  ['account create Quay', ['account.create']],
  ['account list', []],
  ['apply -', ['secret.put', 'gateway.put'], { accounts: [{ name: 'Quay', ...declared }] }],
  ['apply -', [], { accounts: [{ name: 'Quay', ...declared }] }],
  ['administrator create ada --account Quay --generate', ['user.create']],
  ['user create bob --account Quay --licence agent --agent-id agent9 --generate', ['user.create']],
  ['user list', []],
  ['user edit bob --display-name Bob', ['user.edit']],
  ['user set-password bob --generate', ['user.password.set']],
  ['user disable bob', ['user.disable']],
  ['user enable bob', ['user.enable']],
  ['user delete bob --yes', ['user.delete']],
  ['client create orders {demo} --flow client_credentials --scope globalpci', ['client.create']],
  ['client list', []],
  ['client show {clientId}', []],
  ['client edit {clientId} --name shop', ['client.edit']],
  ['client add-secret {clientId}', ['client.secret.add']],
  ['client remove-secret {clientId} --secret oldest', ['client.secret.remove']],
  ['client disable {clientId}', ['client.disable']],
  ['client enable {clientId}', ['client.enable']],
  ['client delete {clientId} --yes', ['client.delete']],
  ['configuration put {configuration} {demo}', ['configuration.put']],
  ['configuration list {demo}', []],
  ['configuration show 0 {demo}', []],
  ['configuration callback-url 60 {demo}', []],
  ['configuration preview 0 {demo}', []],
  ['gateway put own {demo} --kind connector', ['gateway.put'], connector],
  ['gateway list {demo}', []],
  ['gateway show own {demo}', []],
  ['gateway check sandbox {demo}', []],
  ['gateway delete own {demo} --yes', ['gateway.delete']],
  ['platform create pbx {demo} --control-url https://pbx.example.com/', ['platform.create']],
  ['platform list', []],
  ['platform check pbx {demo}', []],
  ['platform set pbx {demo} --control-url https://other.example.com/', ['platform.edit']],
  ['platform add-key pbx {demo}', ['platform.key.add']],
  ['platform remove-key pbx {demo}', ['platform.key.remove']],
  ['platform disable pbx {demo}', ['platform.disable']],
  ['platform enable pbx {demo}', ['platform.enable']],
  ['session show {paid}', []],
  ['payment show {paid}', []],
  ['payment capture {held} --yes', ['payment.capture', 'payment.outcome']],
  ['payment void {voided} --yes', ['payment.void', 'payment.outcome']],
  ['payment refund {paid} --amount 2.40 --yes', ['payment.refund', 'payment.outcome']],
  ['payment untaken', []],
  ['provider-client create partner {demo}', ['provider-client.create']],
  ['provider-client list', []],
  ['provider-client rotate-secret partner', ['provider-client.secret.rotate']],
  ['provider-client set-username partner --username pat', ['provider-client.edit']],
  ['provider-client disable partner', ['provider-client.disable']],
  ['provider-client enable partner', ['provider-client.enable']],
  ['provider-flow put - {demo}', ['provider-flow.put'], flow],
  ['provider-flow list {demo}', []],
  ['provider-flow show 7 {demo}', []],
  ['provider-flow delete 7 {demo} --yes', ['provider-flow.delete']],
  ['keys list', []],
  ['keys rotate', ['signing-key.rotate', 'signing-key.rotate']],
  ['secret put token {demo}', ['secret.put'], 'the-secret-of-somebody\n'],
  ['secret list {demo}', []],
  ['secret delete token {demo} --yes', ['secret.delete']],
  ['webhook add-secret signing2 {demo}', ['secret.put']],
  ['webhook add-secret signing2 {demo}', ['secret.put']],
  ['webhook remove-secret signing2 {demo}', ['secret.put']],
  ['webhook test {demo} --configuration 50', []],
  ['webhook log {demo}', []],
  ['webhook redeliver {paid}', ['webhook.redeliver']],
  ['sealing-key rotate', ['sealing-key.rotate']],
  ['audit list --limit 3', []],
  ['audit export', ['audit.export']],
  ['audit verify', []],
  ['backup create {backup}', ['database.backup']],
  ['backup verify {backup}', []],
  ['restored make-safe', ['database.make-safe']],
  ['audit prune --before 2100-01-01 --yes', ['audit.prune']],
  ['backup restore {backup} --replace', ['database.restore', 'database.make-safe']],
]

/** A sandbox that has taken a payment and holds another, which told a receiver of them, and is stopped. */
async function startRegion(t: TestContext) {
  const sandbox = await startTestTonegate(t)
  const environment = { TONEGATE_DATA: sandbox.folder, TONEGATE_REGIONS: 'nam', SUDO_USER: 'ada' }
  const admin = async (typed: readonly string[], piped = '') => {
    const { code, answer, complaint } = await runAdmin(environment, typed, piped)
    const isWrong = code !== 0 && !typed.join(' ').startsWith(saysWhatIsWrong)
    assert.ok(!isWrong, `${typed.join(' ')}: ${complaint}${answer}`)
    return answer
  }
  const receiver = await startReceiver(t)
  await admin(['webhook', 'add-secret', 'signing', ...demo])
  const usual = JSON.parse(await admin(['configuration', 'show', '0', ...demo]))
  const webhook = { url: receiver.url, privateAddresses: 'allowed', signingSecret: 'signing' }
  const put = (changes: object) =>
    admin(['configuration', 'put', '-', ...demo], JSON.stringify({ ...usual, ...changes }))
  await put({ id: 50, webhook })
  await put({ id: 51, flow: { ...usual.flow, purpose: 'authorise' } })
  const headers = { authorization: `Bearer ${await sandbox.token()}` }
  async function pay(accountConfigurationId: number): Promise<string> {
    const paymentData = { Amount: '12.40', Currency: 'USD' }
    const session = { agentId: 'agent7', accountConfigurationId, skipCallTransfer: true, paymentData }
    const { sessionGuid } = (await sandbox.post('/globalpci/v1/session', session, headers)).json
    await sandbox.post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
    const status = () => sandbox.send(`/globalpci/v1/session/${sessionGuid}`, { headers })
    await eventually(async () => (await status()).json.sessionState === 'Finished')
    return sessionGuid
  }
  const [paid, held, voided] = [await pay(50), await pay(51), await pay(51)]
  const delivered = () => admin(['webhook', 'log', ...demo, '--session', paid])
  await eventually(async () => !/to be sent|waiting|No messages/.test(await delivered()))
  await sandbox.close()
  const configuration = join(sandbox.folder, 'configuration.json')
  const provider = {
    ...{ kind: 'pci-pal', baseUrl: 'https://provider.example.com', tenantId: 303, tenantName: 'Demo' },
    ...{ username: 'demo', clientId: 'demo', clientSecret: 'provider-key', flowId: { agentAssist: 695 } },
    ...{ initialValues: { orderAmount: '{{amountMinor}}' }, callback: { amounts: 'minor', generation: 1 } },
  }
  writeFileSync(configuration, JSON.stringify({ ...usual, id: 60, provider }))
  const file = join(sandbox.folder, 'nam.db')
  const backup = join(sandbox.folder, 'nam.backup')
  return { admin, file, known: { paid, held, voided, configuration, backup, demo: demo.join(' ') } }
}

/** All that is in the database, but for what a process leaves by being there. */
function contentOf(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const tables = database.prepare(`select name from sqlite_master where type = 'table' order by name`).all()
    return tables
      .map(({ name }) => String(name))
      .filter((name) => !name.startsWith('audit_') && name !== 'node')
      .map((name) => JSON.stringify([name, database.prepare(`select * from "${name}"`).all()]))
      .join('\n')
  } finally {
    database.close()
  }
}

const wordsOf = (typed: string, known: Readonly<Record<string, string>>): readonly string[] =>
  typed.split(' ').flatMap((word) => {
    const name = /^\{(\w+)\}$/.exec(word)?.[1]
    if (name === 'demo') return demo
    return name === undefined ? [word] : [known[name] ?? assert.fail(`${name} is not known`)]
  })

/** One word, or a noun and a verb. */
const nameOf = (words: readonly string[]): string =>
  commands.find(({ name }) => name === words[0])?.name ?? words.slice(0, 2).join(' ')

test('each command that changes something leaves an entry with its name and whoever gave it', async (t) => {
  const region = await startRegion(t)
  const known: Record<string, string> = { ...region.known }
  const secrets = [secret, 'the-secret-of-somebody', 'provider-key', '4111111111111111']
  let position = 0
  const entries = async () => {
    const lines = await region.admin(['audit', 'export', '--since-position', String(position)])
    for (const each of secrets) assert.ok(!lines.includes(each), each)
    assert.doesNotMatch(
      lines,
      /whsec_|tgp_|(?<![\w-])[A-Za-z0-9]{40}(?![\w-])/,
      'a secret that a command has shown',
    )
    const found = lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    position = found.at(-1)?.position ?? position
    return found
  }
  await entries()
  for (const [typed, actions, piped = ''] of steps) {
    const before = contentOf(region.file)
    const words = wordsOf(typed, known)
    const answer = await region.admin(words, typeof piped === 'string' ? piped : JSON.stringify(piped))
    known.clientId ??= (/^clientId +(\S+)$/m.exec(answer) ?? [])[1] ?? (undefined as never)
    const name = nameOf(words)
    if (name === 'backup restore') position = 0
    const left = (await entries()).filter(({ command }) => command === name)
    assert.deepEqual(
      left.map(({ action }) => action),
      actions,
      typed,
    )
    if (actions.length === 0) assert.equal(contentOf(region.file), before, `${typed} leaves no entry`)
    for (const { actor } of left) assert.deepEqual(actor, { kind: 'operator', id: 'ada' })
  }
  const shown = new Set(steps.map(([typed]) => nameOf(typed.split(' '))))
  const onRegion = commands.filter((command) => !('runTool' in command)).map(({ name }) => name)
  assert.deepEqual(
    onRegion.filter((name) => !shown.has(name) && !(name in withoutStep)),
    [],
    'a command without a step: nobody knows whether it leaves an entry',
  )
})

test('a database that is made by command says who has made it', async (t) => {
  const folder = makeTestFolder('tonegate-audited')
  t.after(() => rmSync(folder, { recursive: true }))
  const environment = { TONEGATE_DATA: folder, TONEGATE_REGIONS: 'nam', SUDO_USER: 'ada' }
  assert.equal((await runAdmin(environment, ['database', 'create'])).code, 0)
  const { answer } = await runAdmin(environment, ['audit', 'export'])
  const { action, actor } = JSON.parse(answer)
  assert.deepEqual([action, actor], ['database.create', { kind: 'operator', id: 'ada' }])
})
