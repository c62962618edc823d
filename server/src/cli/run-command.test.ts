import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commands } from './commands.ts'
import { runAdmin } from './run-command.ts'
import { startCli } from './test-cli.ts'
import { noTools } from './test-tools.ts'

/** What an operator types that nothing has to be opened for. */
async function type(...typed: readonly string[]) {
  let answer = ''
  let complaint = ''
  const code = await runAdmin(typed, {
    program: 'npm run admin --',
    open: () => assert.fail('a region was opened'),
    openDatabases: () => assert.fail('a database was opened'),
    asking: () => assert.fail('a sandbox was asked'),
    tools: noTools,
    answer: (text) => {
      answer += text
    },
    complain: (text) => {
      complaint += text
    },
    operator: { login: 'ada', named: undefined },
  })
  return { code, answer, complaint }
}

test('help lists every command, a noun’s commands, and all that one command takes', async () => {
  for (const typed of [[], ['--help'], ['help'], ['-h']]) {
    const { code, answer } = await type(...typed)
    assert.equal(code, 0)
    for (const { name, summary } of commands) {
      assert.match(answer, new RegExp(`^  ${name} `, 'm'))
      assert.ok(answer.includes(summary))
    }
  }
  for (const typed of [['client'], ['client', '--help'], ['client', 'help']]) {
    const { answer } = await type(...typed)
    assert.match(answer, /^ {2}client create <name>/m)
    assert.doesNotMatch(answer, /user create/)
  }
  for (const { name, argument, options } of commands) {
    const { code, answer } = await type(...name.split(' '), '--help')
    assert.equal(code, 0)
    const place = argument?.optional ? ` [<${argument.name}>]` : argument ? ` <${argument.name}>` : ''
    assert.ok(answer.includes(`npm run admin -- ${name}${place} [options]`), name)
    for (const option of [...Object.keys(options), 'region', 'json']) {
      assert.match(answer, new RegExp(`^  --${option}( |$)`, 'm'), `${name} --${option}`)
    }
  }
})

for (const [typed, complaint] of [
  [['cleint', 'list'], "Unknown command 'cleint'."],
  [['client', 'make'], "Unknown command 'client make'. 'client' has the verbs create, list"],
  [['client', '--json'], "'client' needs a verb: create, list"],
  [['account', 'create'], "'account create' needs a name."],
  [['account', 'create', 'a', 'b'], "'account create' accepts one name; unexpected 'b'."],
  [['account', 'list', 'x'], "'account list' accepts no arguments, but got 'x'."],
  [['account', 'create', 'a', '--colour'], 'Unknown option --colour.'],
  [['account', 'create', 'a', '--production=yes'], '--production accepts no value.'],
  [['account', 'create', 'a', '--production', '--production'], '--production is given twice.'],
  [['user', 'create', 'a', '--account'], '--account needs a value: --account NAME'],
  [['user', 'create', 'a', '--account', '--generate'], '--account needs a value: --account NAME'],
  [['user', 'create', 'a', '--licence', 'agent'], 'Missing option: --account NAME'],
  [
    ['user', 'create', 'a', '--account', 'x', '--licence', 'king'],
    '--licence must be one of agent, supervisor, administrator.',
  ],
  [['user', 'create', 'a', '--password', 'hunter2'], 'Unknown option --password.'],
  [['account', 'list', '--region', 'moon'], '--region must be one of nam, emea, apac.'],
] as const) {
  test(`what is not understood is explained, with exit code 2: ${typed.join(' ')}`, async () => {
    const { code, answer, complaint: said } = await type(...typed)
    assert.equal(code, 2)
    assert.equal(answer, '')
    assert.ok(said.startsWith(complaint), said)
    assert.match(said, /^See: npm run admin -- (\w+ ([\w-]+ )?)?--help$/m)
  })
}

test('what cannot be done is explained, with exit code 1, and nothing on standard output', async (t) => {
  const { run } = await startCli(t)
  const { code, answer, complaint } = await run('user', 'disable', 'nobody')
  assert.deepEqual([code, answer], [1, ''])
  assert.equal(complaint, "No user is named 'nobody'.\n")
})

test('a fault of our own is neither a refusal nor wrong usage', async (t) => {
  const { run, context } = await startCli(t)
  t.mock.method(context.accounts, 'list', async () => {
    throw new TypeError('ours')
  })
  await assert.rejects(run('account', 'list'), /ours/)
})

test('a list is a table for people and JSON for programs', async (t) => {
  const { run, runJson, account } = await startCli(t)
  await run('account', 'create', 'Zed', '--production')
  assert.equal(
    (await run('account', 'list')).answer,
    'id  name                  production\n1   Harbour Street Books  no\n2   Zed                   yes\n',
  )
  assert.deepEqual(await runJson('account', 'list'), [
    { id: account.id, name: 'Harbour Street Books', production: false },
    { id: 2, name: 'Zed', production: true },
  ])
})
