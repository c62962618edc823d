import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import type { CompiledStatement } from '../store/store.ts'
import { createListSessions } from './list-sessions.ts'
import { createSessionCursors } from './session-cursor.ts'
import { approved, harbour, startPayments } from './test-payments.ts'

const day = 24 * 3600 * 1000
const digital = '/globalpci/v1/digitalsession'

interface Listed {
  readonly sessionGuid: string
  readonly agentId: string
  readonly sessionState: string
}

async function startList(t: TestContext) {
  const payments = await startPayments(t)
  const ask = (query = '', as = 'backend') => payments.send({ url: `/globalpci/v1/sessions${query}`, as })
  async function list(query = '', as = 'backend') {
    const answer = await ask(query, as)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json<{ sessions: readonly Listed[]; nextCursor?: string }>()
  }
  const guids = async (query = '', as = 'backend') =>
    (await list(query, as)).sessions.map(({ sessionGuid }) => sessionGuid)

  /** Reads a list to its end, doing something between its pages. */
  async function pages(query: string, between: () => Promise<unknown> = async () => {}) {
    const seen: string[][] = []
    let cursor: string | undefined = ''
    while (cursor !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(`?${query}&cursor=${cursor}`)
      seen.push(page.sessions.map(({ sessionGuid }) => sessionGuid))
      cursor = page.nextCursor
      await between()
    }
    return seen
  }
  async function openMany(count: number, body: object = {}) {
    const opened: string[] = []
    for (let at = 0; at < count; at += 1) opened.unshift((await payments.open(body)).sessionGuid)
    return opened
  }
  return { ...payments, ask, list, guids, pages, openMany }
}

test('the account’s sessions are listed newest first, without their results', async (t) => {
  const { post, open, list, putOnCall, payments, clock, ask } = await startList(t)
  const callGuid = putOnCall('agent7')
  const first = (await post({ agentId: 'agent7', paymentData: { Amount: '1' } })).json()
  await clock.advance(1000)
  const second = await open({ agentId: 'agent "8"', accountConfigurationId: 2 }, digital)
  await payments.reports.recordResult(approved(first.providerSessionGuid))
  assert.deepEqual(await list(), {
    sessions: [
      {
        sessionGuid: second.sessionGuid,
        providerSessionGuid: second.providerSessionGuid,
        kind: 'digital',
        agentId: 'agent "8"',
        accountConfigurationId: 2,
        createdOn: '2026-01-15T09:30:01.000000Z',
        lastUpdatedOn: '2026-01-15T09:30:01.000000Z',
        sessionState: 'Created',
      },
      {
        sessionGuid: first.sessionGuid,
        providerSessionGuid: first.providerSessionGuid,
        callGuid,
        kind: 'agent-assist',
        agentId: 'agent7',
        accountConfigurationId: 0,
        createdOn: '2026-01-15T09:30:00.000000Z',
        lastUpdatedOn: '2026-01-15T09:30:01.000000Z',
        sessionState: 'Finished',
      },
    ],
  })
  const { headers } = await ask()
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(headers['cache-control'], 'no-store')
})

test('an account sees its own sessions, and an empty list is one', async (t) => {
  const { open, guids, list } = await startList(t)
  const { sessionGuid } = await open()
  assert.deepEqual(await guids('', 'other-client'), [sessionGuid])
  assert.deepEqual(await list('', 'foreign'), { sessions: [] })
})

test('an agent’s own token sees that agent’s sessions alone', async (t) => {
  const { open, guids, ask } = await startList(t)
  const mine = await open({ agentId: 'agent7' })
  const others = await open({ agentId: 'agent8' })
  assert.deepEqual(await guids('', 'agent7'), [mine.sessionGuid])
  assert.deepEqual(await guids('?agentId=agent8', 'agent8'), [others.sessionGuid])
  const refused = await ask('?agentId=agent8', 'agent7')
  assert.equal(refused.statusCode, 403)
  assert.match(refused.json().type, /#foreign-agent$/)
})

test('filters narrow the list, alone and together; their names and the state in any case', async (t) => {
  const { open, guids, payments, clock } = await startList(t)
  const a = await open({ agentId: 'agent7' })
  await clock.advance(60_000)
  const b = await open({ agentId: 'agent8' })
  await clock.advance(60_000)
  const c = await open({ agentId: 'agent7' })
  await payments.reports.recordResult(approved(a.providerSessionGuid))
  await payments.reports.recordResult(approved(b.providerSessionGuid))
  const [first, second, third] = [a.sessionGuid, b.sessionGuid, c.sessionGuid]
  for (const [query, expected] of [
    ['', [third, second, first]],
    ['?agentId=agent7', [third, first]],
    ['?AGENTID=agent7&State=FINISHED', [first]],
    ['?agentId=Agent7', []],
    ['?state=finished', [second, first]],
    ['?state=Created', [third]],
    ['?state=TimeOut', []],
    ['?from=2026-01-15T09:31:00Z', [third, second]],
    ['?to=2026-01-15T09:31:00.000Z', [first]],
    ['?from=2026-01-15T10:31:00%2B01:00&to=2026-01-15T09:32:00Z', [second]],
    ['?from=2026-01-15T10:31:00+01:00', [third, second]],
    ['?from=2026-01-15T09:31:00Z&to=2026-01-15T09:31:00Z', []],
    ['?from=2026-01-15&to=2026-01-16', [third, second, first]],
    ['?to=2026-01-15', []],
    ['?from=1969-01-01', [third, second, first]],
    ['?agentId=agent7&state=created&from=2026-01-15T09:30:01Z', [third]],
    ['?agentId=&state=&from=&to=&cursor=&limit=', [third, second, first]],
    ['?colour=red&colour=blue', [third, second, first]],
  ] as const) {
    assert.deepEqual(await guids(query), expected, query)
  }
})

test('a list is read page by page, each session once, however many were opened in one moment', async (t) => {
  const { pages, openMany, clock } = await startList(t)
  const older = await openMany(4)
  await clock.advance(1)
  const newer = await openMany(3)
  const read = await pages('limit=2')
  assert.deepEqual(
    read.map(({ length }) => length),
    [2, 2, 2, 1],
  )
  assert.deepEqual(read.flat(), [...newer, ...older])
  assert.deepEqual(
    (await pages('limit=7')).map(({ length }) => length),
    [7],
  )
})

test('sessions that are opened, ended or changed between two pages neither shift nor repeat any', async (t) => {
  const { pages, openMany, open, clock, payments, list } = await startList(t)
  const before = await openMany(5, { agentId: 'agent8' })
  const [newest] = (await list()).sessions
  const read = await pages('limit=2', async () => {
    await clock.advance(1000)
    const { providerSessionGuid } = await open({ agentId: 'agent8' })
    await payments.reports.recordResult(approved(providerSessionGuid))
  })
  assert.deepEqual(read.flat(), before)
  assert.equal(newest?.sessionGuid, before[0])
})

test('a cursor may be used with an earlier end of the list, and never leads past it', async (t) => {
  const { list, openMany, clock, guids } = await startList(t)
  const older = await openMany(2)
  await clock.advance(60_000)
  await openMany(2)
  const { nextCursor } = await list('?limit=1')
  assert.deepEqual(await guids(`?to=2026-01-15T09:30:30Z&cursor=${nextCursor}`), older)
})

test('a cursor in the very moment at which a list ends leads to nothing of that moment', async (t) => {
  const { list, guids, openMany, clock } = await startList(t)
  const older = await openMany(1)
  await clock.advance(1000)
  await openMany(3)
  const { nextCursor } = await list('?limit=1')
  const end = new Date(clock.now()).toISOString()
  assert.deepEqual(await guids(`?to=${end}&cursor=${nextCursor}`), older)
})

test('a page has 50 sessions unless another limit is given', async (t) => {
  const { list, openMany } = await startList(t)
  await openMany(51)
  const { sessions, nextCursor } = await list()
  assert.equal(sessions.length, 50)
  assert.equal((await list(`?cursor=${nextCursor}`)).sessions.length, 1)
  assert.equal((await list('?limit=200')).sessions.length, 51)
})

test('sessions that ended 90 days ago are not listed, open ones are', async (t) => {
  const { open, guids, payments, clock } = await startList(t)
  const ended = await open()
  const stillOpen = await open()
  await payments.reports.recordResult(approved(ended.providerSessionGuid))
  await clock.advance(90 * day - 1)
  assert.deepEqual(await guids(), [stillOpen.sessionGuid, ended.sessionGuid])
  await clock.advance(1)
  assert.deepEqual(await guids(), [stillOpen.sessionGuid])
})

test('every wrong part of a query is named, and nothing is listed', async (t) => {
  const { ask } = await startList(t)
  for (const [query, names] of [
    ['?state=Paid', ['state']],
    ['?limit=0', ['limit']],
    ['?limit=201', ['limit']],
    ['?limit=1e1', ['limit']],
    ['?limit=-1', ['limit']],
    ['?from=yesterday', ['from']],
    ['?from=2026-02-30', ['from']],
    ['?from=2026-01-15T09:30:00', ['from']],
    ['?from=2026-01-15T25:00:00Z', ['from']],
    ['?to=1768469400000', ['to']],
    ['?from=2026-01-16&to=2026-01-15', ['to']],
    ['?cursor=abc', ['cursor']],
    [`?cursor=${'x'.repeat(47)}`, ['cursor']],
    [`?cursor=${'x'.repeat(7000)}`, ['cursor']],
    [`?agentId=${'x'.repeat(256)}`, ['agentId']],
    ['?agentId=a%00b', ['agentId']],
    ['?state=Created&STATE=Error', ['state']],
    ['?state=x&limit=x&from=x&to=x&cursor=x', ['state', 'from', 'to', 'cursor', 'limit']],
  ] as const) {
    const answer = await ask(query)
    assert.equal(answer.statusCode, 400, query)
    const { type, errors } = answer.json()
    assert.match(type, /#invalid-request$/)
    assert.deepEqual(
      errors.map(({ path }: { path: string }) => path),
      names,
      query,
    )
  }
})

test('a card number in the query is refused and not repeated', async (t) => {
  const { ask, lines } = await startList(t)
  const answer = await ask('?agentId=4111111111111111')
  assert.equal(answer.statusCode, 400)
  assert.match(answer.json().type, /#card-data-refused$/)
  assert.ok(!JSON.stringify(answer.json().errors).includes('4111'))
  assert.ok(!answer.body.includes('4111'))
  assert.ok(!lines.join('').includes('4111111111111111'))
})

test('a cursor that was changed, cut or belongs to another account is refused', async (t) => {
  const { list, ask, openMany } = await startList(t)
  await openMany(2)
  const cursor = (await list('?limit=1')).nextCursor ?? ''
  assert.equal((await ask(`?cursor=${cursor}`)).statusCode, 200)
  for (let at = 0; at < cursor.length; at += 1) {
    const other = cursor[at] === 'A' ? 'Q' : 'A'
    const changed = cursor.slice(0, at) + other + cursor.slice(at + 1)
    assert.equal((await ask(`?cursor=${changed}`)).statusCode, 400, String(at))
  }
  assert.equal((await ask(`?cursor=${cursor.slice(0, -1)}`)).statusCode, 400)
  assert.equal((await ask(`?cursor=${cursor}A`)).statusCode, 400)
  assert.equal((await ask(`?cursor=${cursor}`, 'foreign')).statusCode, 400)
})

test('each way of asking is answered from an index, and reads no other agent’s sessions', async (t) => {
  const { store, clock, file, newGuid } = await startPayments(t)
  const asked: CompiledStatement[] = []
  const listSessions = createListSessions({
    store: {
      ...store,
      reader: {
        execute(statement, parameters) {
          asked.push(statement)
          return store.reader.execute(statement, parameters)
        },
      },
    },
    clock,
    cursors: createSessionCursors(createSealer(Buffer.alloc(32, 1), systemRandom)),
  })
  const database = new DatabaseSync(file, { readOnly: true })
  t.after(() => database.close())
  const access = { clientId: newGuid(), accountId: harbour.id, jti: newGuid(), madeAt: clock.now() }
  const origins = { allowedOrigins: new Set<string>() }
  const caller = { clientId: 'backend', account: harbour, ...origins, access, expiresAt: clock.now() + 1000 }
  const ofAgent = 'by_agent (account_id=? AND (agent_id,created_at)>(?,?) AND (agent_id,created_at)<(?,?))'
  for (const [query, index] of [
    ['', 'by_account (account_id=? AND created_at>? AND created_at<?)'],
    ['agentId=a', ofAgent],
    ['agentId=a&state=Error', ofAgent],
    ['state=Error', 'by_state (account_id=? AND (state,created_at)>(?,?) AND (state,created_at)<(?,?))'],
  ] as const) {
    await listSessions(caller, query)
    const plan = database.prepare(`explain query plan ${asked.at(-1)?.sql}`).all()
    assert.deepEqual(
      plan.map(({ detail }) => detail),
      [
        `SEARCH payment_session USING INDEX payment_session_${index}`,
        'USE TEMP B-TREE FOR LAST TERM OF ORDER BY',
      ],
      query,
    )
  }
})
