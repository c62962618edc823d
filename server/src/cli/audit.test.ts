import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCli } from './test-cli.ts'

const books = ['--account', 'Harbour Street Books']
const order = ['--flow', 'client_credentials', '--scope', 'globalpci']

/** What an operator has done to two clients. */
async function startLog(t: Parameters<typeof startCli>[0]) {
  const started = await startCli(t)
  const { run, runJson, clock, sources } = started
  const made = await runJson('client', 'create', 'orders', ...books, ...order)
  await clock.advance(60_000)
  Object.assign(sources, { login: 'root', named: 'Bea Beton' })
  await run('client', 'disable', made.clientId)
  await clock.advance(60_000)
  await run('client', 'enable', made.clientId, '--as', 'Cleo Clay')
  return { ...started, made }
}

test('what was done is listed, the newest first, with whoever did it', async (t) => {
  const { run, runJson, made } = await startLog(t)
  const { answer } = await run('audit', 'list', '--target', 'orders')
  const lines = answer.trim().split('\n')
  assert.match(lines[0] ?? '', /^position +at +by +action +target +outcome +details$/)
  assert.match(lines[1] ?? '', /^\d+ +\S+Z +operator Cleo Clay +client\.enable +client orders +-/)
  assert.match(lines[2] ?? '', /operator Bea Beton +client\.disable +client orders/)
  assert.match(lines[3] ?? '', /operator ada +client\.create .*flows=client_credentials scopes=globalpci$/)
  assert.equal(lines.length, 4)
  const [newest] = await runJson('audit', 'list', '--target', made.clientId)
  assert.deepEqual(newest.actor, { kind: 'operator', id: 'root', name: 'Cleo Clay' })
  assert.equal(newest.command, 'client enable')
})

for (const [what, options, actions] of [
  ['an action', ['--action', 'client.disable'], ['client.disable']],
  ['all actions of a kind', ['--action', 'client'], ['client.enable', 'client.disable', 'client.create']],
  ['whoever did it', ['--actor', 'Bea Beton'], ['client.disable']],
  ['their user', ['--actor', 'root'], ['client.enable', 'client.disable']],
  ['an account', [...books, '--action', 'client.create'], ['client.create']],
  ['so many', ['--limit', '1'], ['client.enable']],
  [
    'a time',
    ['--action', 'client', '--since', '2026-01-01T00:01:00Z', '--until', '2026-01-01T00:02:00Z'],
    ['client.disable'],
  ],
  ['nothing that there is', ['--action', 'client.dis'], []],
] as const) {
  test(`the list is of ${what}`, async (t) => {
    const { runJson, clock } = await startLog(t)
    const offset = clock.now() - 120_000 - Date.parse('2026-01-01T00:00:00Z')
    const moved = options.map((each) =>
      /^2026-/.test(each) ? new Date(Date.parse(each) + offset).toISOString() : each,
    )
    const found = await runJson('audit', 'list', ...moved)
    assert.deepEqual(
      found
        .filter(({ target }: { target: { name?: string } }) => target.name === 'orders')
        .map(({ action }: { action: string }) => action),
      actions,
    )
  })
}

test('an export is verified line by line, and against the database', async (t) => {
  const { run, files } = await startLog(t)
  const exported = (await run('audit', 'export')).answer
  const lines = exported.trim().split('\n')
  files.set('audit.jsonl', exported)
  const whole = await run('audit', 'verify', 'audit.jsonl')
  assert.equal(whole.code, 0, whole.answer)
  assert.match(
    whole.answer,
    new RegExp(`entries +${lines.length}\nlast +${lines.length}:[0-9a-f]{64}\nfaults +0\n`),
  )
  const part = (await run('audit', 'export', '--since-position', '2')).answer
  assert.equal(
    part,
    [...lines.slice(2), part.trim().split('\n').at(-1)].map((line) => `${line}\n`).join(''),
    'and the export itself',
  )
  assert.match(part, /"action":"audit\.export".*"details":\{"position":0\}.*\n$/)
  const again = () => run('audit', 'export', '--since-position', String(lines.length))
  await again()
  assert.equal((await again()).answer, (await again()).answer, 'exports alone leave nothing to be exported')
  files.set('part.jsonl', part)
  assert.equal((await run('audit', 'verify', 'part.jsonl')).code, 0)
  for (const [name, changed, fault] of [
    ['changed', exported.replace('"orders"', '"others"'), /The entry was changed/],
    ['left out', [...lines.slice(0, 2), ...lines.slice(3)].join('\n'), /4 +The entry|Entry 3 is missing/],
    ['cut short in a line', exported.slice(0, -20), /is no entry of an audit log/],
    ['exchanged', [lines[1], lines[0], ...lines.slice(2)].join('\n'), /out of order/],
    ['twice', [...lines.slice(0, 2), ...lines.slice(1)].join('\n'), /2 +The number is there twice\./],
    ['joined', exported + exported, /1 +The entry is out of order: it comes behind entry \d+/],
    ['of another kind', 'Dear auditor', /inDatabase +not compared\n.*\n.*\nfaults +1\n/],
  ] as const) {
    files.set('x', changed)
    const { code, answer } = await run('audit', 'verify', 'x')
    assert.equal(code, 1, name)
    assert.match(answer, fault, name)
  }
  const expect = `${lines.length}:${'0'.repeat(64)}`
  const other = await run('audit', 'verify', 'part.jsonl', '--expect', expect)
  assert.match(other.answer, /another one than expected/)
})

test('an export that the database does not go on from is told', async (t) => {
  const { run, files } = await startLog(t)
  const exported = (await run('audit', 'export')).answer
  const [last = ''] = exported.trim().split('\n').slice(-1)
  const { position, hash } = JSON.parse(last)
  const line = JSON.stringify({ ...JSON.parse(last), position: position + 5, previous: hash })
  files.set('later', `${line}\n`)
  const { answer, code } = await run('audit', 'verify', 'later')
  assert.equal(code, 1)
  assert.match(answer, /The database has no entry of this number/)
})

test('the log of the database is verified, and against an entry that is known', async (t) => {
  const { run, runJson } = await startLog(t)
  const { last, faults, inOrder } = await runJson('audit', 'verify')
  assert.deepEqual([faults, inOrder], [0, true])
  assert.equal((await run('audit', 'verify', '--expect', last)).code, 0)
  const later = await run('audit', 'verify', '--expect', `999:${'a'.repeat(64)}`)
  assert.equal(later.code, 1)
  assert.match(later.answer, /Entry 999 was expected, and the log ends at entry \d+/)
  for (const wrong of ['5', 'x:y', `1:${'g'.repeat(64)}`]) {
    assert.equal((await run('audit', 'verify', '--expect', wrong)).code, 2)
  }
})

test('the oldest entries are removed when the operator says yes, and the rest is verified', async (t) => {
  const { run, clock } = await startLog(t)
  const before = new Date(clock.now()).toISOString()
  const doubted = await run('audit', 'prune', '--before', before)
  assert.equal(doubted.code, 1)
  assert.match(doubted.complaint, /^This would remove \d+ entries, up to number \d+\. This cannot be undone/)
  const { answer } = await run('audit', 'prune', '--before', before, '--yes')
  assert.match(answer, /^\d+ entries were removed, up to number \d+\.\n$/)
  const verified = await run('audit', 'verify')
  assert.equal(verified.code, 0, verified.answer)
  assert.match(verified.answer, /pruned +[1-9]/)
  assert.match((await run('audit', 'prune', '--before', before, '--yes')).answer, /No entry is older/)
})

test('a chain whose head is gone is begun again when the operator says yes, and the log tells of it', async (t) => {
  const { run, store } = await startLog(t)
  const whole = await run('audit', 'begin', '--yes')
  assert.equal(whole.code, 1)
  assert.match(whole.complaint, /^Both sealed ends of the audit log open, .*: nothing is to be begun\./)
  assert.match((await run('audit', 'verify')).answer, /None: the log is whole\./)
  const removeEnds = store.prepare((db, _: object) => db.deleteFrom('audit_end'))
  await store.write((tx) => removeEnds.run(tx, {}))
  assert.match((await run('audit', 'verify')).answer, /new entries wait for ‘audit begin’/)
  const doubted = await run('audit', 'begin')
  assert.equal(doubted.code, 1)
  assert.match(
    doubted.complaint,
    /^The sealed head of the log was removed\. This would begin the chain again behind entry \d+, .*\. This cannot be undone\. Add --yes to confirm\.\n$/,
  )
  const { answer } = await run('audit', 'begin', '--yes', '--as', 'Cleo Clay')
  assert.match(answer, /^The chain was begun again by entry \d+, which says so\./)
  assert.match((await run('audit', 'list', '--action', 'audit')).answer, /operator Cleo Clay +audit\.begin/)
  const verified = await run('audit', 'verify')
  assert.equal(verified.code, 0, verified.answer)
  assert.match(verified.answer, /None: the log is whole\.\n\d+ +No fault, but to be known: The chain begins/)
})

test('a name that would steer the terminal is shown without what steers it, and as it is to programs', async (t) => {
  const { run, runJson, store } = await startCli(t)
  const target = { id: '\u001b[2J\u009b31mgone', kind: 'client' }
  const entry = {
    account: null,
    action: 'client.delete',
    actor: { kind: 'system' },
    at: '2026-01-01T00:00:00.000Z',
    target,
  }
  const forge = store.prepare((db, p: { entries: string }) =>
    db.insertInto('audit_unlinked').values({ entries: p.entries }),
  )
  await store.write((tx) => forge.run(tx, { entries: JSON.stringify(entry) }))
  const { answer } = await run('audit', 'list')
  assert.match(answer, /client \uFFFD\[2J\uFFFD31mgone/)
  assert.equal((await runJson('audit', 'list', '--action', 'client.delete'))[0].target.id, target.id)
})

test('a log without an entry is not said to be whole', async (t) => {
  const { run, store } = await startCli(t)
  const clear = store.prepare((db, _: object) => db.deleteFrom('audit_unlinked'))
  await store.write((tx) => clear.run(tx, {}))
  assert.match((await run('audit', 'verify')).answer, /None, but the log has no entries/)
})

test('what is no time, no number and no name is refused', async (t) => {
  const { run } = await startLog(t)
  for (const typed of [
    ['list', '--since', 'yesterday'],
    ['list', '--since', '2026-08-31T12:00:00'],
    ['list', '--since', '2026-13-01'],
    ['list', '--limit', '-1'],
    ['export', '--since-position', 'x'],
    ['prune', '--before', 'never', '--yes'],
    ['list', '--as', '  '],
  ]) {
    assert.equal((await run('audit', ...typed)).code, 2, typed.join(' '))
  }
  assert.equal((await run('audit', 'verify', 'no-such-file')).code, 1)
})
