import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { currentRequestId, inRequest } from '../../base/request-scope.ts'
import { StoreUnavailable } from '../store-unavailable.ts'
import { Contended } from './contended.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Writer } from './writer.ts'

const full = new StoreUnavailable('the disk is full', new Error('database or disk is full'))

/** An engine that writes down what it is told, and fails where the test says. */
function startWriter() {
  const said: string[] = []
  const failing = new Map<string, Error>()
  const say = (statement: string) => {
    said.push(statement)
    const error = failing.get(statement)
    if (error) throw error
  }
  const writer: Writer = {
    async run(jobs, begins) {
      if (begins) say('BEGIN')
      return jobs.map(({ statement: { sql } }) => {
        say(sql)
        return { rows: [], changes: 1 }
      })
    },
    commit: async () => say('COMMIT'),
    rollBack: async () => void said.push('ROLLBACK'),
  }
  const told: (StoreUnavailable | undefined)[] = []
  const groups = createGroupCommit(writer, (failure) => told.push(failure))
  return {
    said,
    writer,
    told,
    groups,
    fail: (statement: string, error: Error) => void failing.set(statement, error),
    /** An operation of one statement, and what has become of it so far. */
    write(statement: string) {
      const written = groups.write(async (tx) => {
        await tx.execute({ sql: statement, returnsRows: false }, [])
        return statement
      })
      written.then(
        () => said.push(`${statement} is written`),
        () => said.push(`${statement} is not`),
      )
      return written
    },
  }
}

const outcomes = async (writes: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(writes)).map((each) => (each.status === 'fulfilled' ? each.value : each.reason))

test('operations of one turn share a transaction, and nobody hears of success before the commit', async () => {
  const { said, told, write } = startWriter()
  assert.deepEqual(await outcomes([write('one'), write('two')]), ['one', 'two'])
  assert.deepEqual(said, ['BEGIN', 'one', 'two', 'COMMIT', 'one is written', 'two is written'])
  assert.deepEqual(told, [undefined])
})

test('what comes while a transaction is written is in the next one', async () => {
  const { said, told, write, groups } = startWriter()
  const later: Promise<unknown>[] = []
  await groups.write(async () => {
    later.push(write('two'))
  })
  await Promise.all(later)
  assert.deepEqual(
    said,
    ['BEGIN', 'two', 'COMMIT', 'two is written'],
    'one that asks for nothing begins nothing',
  )
  assert.deepEqual(told, [undefined], 'nor is anything told of it')
})

for (const statement of ['BEGIN', 'two', 'COMMIT']) {
  test(`an engine that fails at ${statement} has written nothing of the whole group`, async () => {
    const { said, told, write, fail } = startWriter()
    fail(statement, full)
    assert.deepEqual(await outcomes([write('one'), write('two')]), [full, full])
    const end = statement === 'COMMIT' ? 'COMMIT' : 'ROLLBACK'
    assert.deepEqual(said.slice(-3), [end, 'one is not', 'two is not'], 'a commit ends it by itself')
    assert.equal(said.filter((each) => each === 'BEGIN').length, 1, 'it is not tried again')
    assert.deepEqual(told, [full])
  })
}

test('a commit that fails for another reason is no success either, of one or of many', async () => {
  const bug = new Error('a bug')
  for (const names of [['one'], ['one', 'two']]) {
    const { said, told, write, fail } = startWriter()
    fail('COMMIT', bug)
    assert.deepEqual(
      await outcomes(names.map(write)),
      names.map(() => bug),
    )
    assert.ok(!said.some((each) => each.endsWith('is written')))
    assert.deepEqual(told, [], 'the machine is not to blame')
  }
})

test('a commit that other transactions are in the way of may be tried again by who asked for it', async () => {
  for (const names of [['one'], ['one', 'two']]) {
    const { write, fail } = startWriter()
    fail('COMMIT', new Contended(new Error('serialization failure')))
    for (const each of await outcomes(names.map(write))) {
      assert.ok(each instanceof StoreUnavailable)
      assert.equal(each.reason, 'other transactions are in the way')
    }
  }
})

test('an operation that fails alone is done once', async () => {
  const { said, write, fail } = startWriter()
  const bug = new Error('a bug')
  fail('one', bug)
  assert.deepEqual(await outcomes([write('one')]), [bug])
  assert.deepEqual(said, ['BEGIN', 'one', 'ROLLBACK', 'one is not'])
})

test('the next transaction goes to the engine while a commit is waited for', async () => {
  const { said, write, writer } = startWriter()
  const { promise, resolve } = Promise.withResolvers<void>()
  const { commit } = writer
  writer.commit = async () => {
    await commit()
    await promise
  }
  const first = write('one')
  while (!said.includes('COMMIT')) await new Promise((resolve) => setImmediate(resolve))
  const second = write('two')
  while (!said.includes('two')) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(said.slice(0, 5), ['BEGIN', 'one', 'COMMIT', 'BEGIN', 'two'])
  resolve()
  assert.deepEqual(await Promise.all([first, second]), ['one', 'two'])
})

test('one that fails among others is found by halves, and the others are written', async () => {
  const { said, told, write, fail } = startWriter()
  const bug = new Error('a bug')
  fail('two', bug)
  const names = ['one', 'two', 'three', 'four']
  assert.deepEqual(await outcomes(names.map(write)), ['one', bug, 'three', 'four'])
  assert.deepEqual(said, [
    ...['BEGIN', 'one', 'two', 'ROLLBACK'],
    ...['BEGIN', 'one', 'two', 'ROLLBACK'],
    ...['BEGIN', 'one', 'COMMIT', 'one is written'],
    ...['BEGIN', 'two', 'ROLLBACK', 'two is not'],
    ...['BEGIN', 'three', 'four', 'COMMIT', 'three is written', 'four is written'],
  ])
  assert.deepEqual(told, [undefined, undefined])
})

test('an engine that fails while the halves are done has written what it has said, and nothing else', async () => {
  const { said, told, write, fail } = startWriter()
  fail('two', new Error('a bug'))
  fail('three', full)
  assert.deepEqual(
    (await outcomes(['one', 'two', 'three', 'four'].map(write))).map((each) => each === full || each),
    ['one', new Error('a bug'), true, true],
  )
  assert.equal(said.filter((each) => each === 'four').length, 0)
  assert.deepEqual(told, [undefined, full])
})

test('an operation that other transactions are in the way of is tried again, five times', async () => {
  for (const [times, outcome] of [
    [4, 'done'],
    [5, 'storage-unavailable'],
  ] as const) {
    const { groups, said } = startWriter()
    let tries = 0
    const written = groups.write(async (tx) => {
      await tx.execute({ sql: 'one', returnsRows: false }, [])
      tries += 1
      if (tries <= times) throw new Contended(undefined)
      return 'done'
    })
    assert.equal(await written.catch((error) => error.code), outcome)
    assert.equal(said.filter((each) => each === 'BEGIN').length, 5)
  }
})

test('an operation that others are in the way of holds up nobody who came with it, or comes afterwards', async () => {
  const { groups, write, said } = startWriter()
  let tries = 0
  const written = groups.write(async (tx) => {
    await tx.execute({ sql: 'hindered', returnsRows: false }, [])
    tries += 1
    if (tries === 3) void write('later')
    if (tries < 5) throw new Contended(undefined)
    said.push('hindered is done')
  })
  await Promise.all([write('before'), written, write('together')])
  await groups.idle()
  const at = (what: string) => said.indexOf(what)
  assert.ok(at('before is written') < at('hindered is done'))
  assert.ok(at('together is written') < at('hindered is done'))
  assert.ok(at('later is written') < at('hindered is done'))
  assert.equal(tries, 5)
})

test('of many that others are in the way of each is refused after its tries, or after five seconds', async (t) => {
  const { groups, write } = startWriter()
  let tries = 0
  const hindered = () =>
    groups.write(async () => {
      tries += 1
      throw new Contended(undefined)
    })
  const refused = { reason: 'other transactions are in the way' }
  const many = Array.from({ length: 20 }, () => assert.rejects(hindered(), refused))
  await Promise.all([...many, write('one')])
  t.mock.method(performance, 'now', () => tries * 2_000)
  tries = 0
  await assert.rejects(hindered(), refused)
  assert.equal(tries, 4)
})

test('after a failure the next group is written', async () => {
  const { groups, write, fail } = startWriter()
  fail('one', new Error('a bug'))
  await outcomes([write('one')])
  assert.equal(await write('two'), 'two')
  await groups.idle()
})

test('ten thousand operations may wait, and the next one is told to come again', async () => {
  const { groups } = startWriter()
  const writes = Array.from({ length: 10_000 }, (_, at) => groups.write(async () => at))
  await assert.rejects(
    groups.write(async () => 'too many'),
    (error) => {
      assert.ok(error instanceof Problem)
      assert.equal(error.code, 'overloaded')
      assert.deepEqual(error.options.headers, { 'retry-after': '1' })
      return true
    },
  )
  assert.equal((await Promise.all(writes)).length, 10_000)
  assert.equal(await groups.write(async () => 'again'), 'again')
})

test('what cannot be part of a transaction is done between two, and who waits for it hears how it went', async () => {
  const { groups, said, told, write } = startWriter()
  const first = write('one')
  const between = groups.between(async () => void said.push('between'))
  const bug = new Error('a bug')
  const fails = groups.between(async () => {
    throw bug
  })
  await Promise.all([first, between, assert.rejects(fails, bug)])
  assert.equal(said.filter((each) => each === 'between').length, 1)
  const [begin, at, commit] = ['BEGIN', 'between', 'COMMIT'].map((each) => said.indexOf(each))
  assert.ok(at !== undefined && begin !== undefined && commit !== undefined && (at < begin || at > commit))
  assert.equal(told.length, 1, 'nothing is told of it')
  await groups.between(async () => void said.push('alone'))
  assert.equal(said.at(-1), 'alone')
})

test('idle is when nothing waits', async () => {
  const { groups, said, write } = startWriter()
  await groups.idle()
  void write('one')
  await groups.idle()
  assert.ok(said.includes('COMMIT'))
})

test('an operation is of the request that asked for it, and what goes to the engine of none', async () => {
  const { groups, writer } = startWriter()
  const sentFor: (string | undefined)[] = []
  const { run } = writer
  writer.run = (jobs, begins) => {
    sentFor.push(currentRequestId())
    return run(jobs, begins)
  }
  const ids = ['request-7', 'request-8'].map((id) =>
    inRequest(id, () =>
      groups.write(async (tx) => {
        await tx.execute({ sql: id, returnsRows: false }, [])
        return currentRequestId()
      }),
    ),
  )
  assert.deepEqual(await Promise.all(ids), ['request-7', 'request-8'])
  await inRequest('request-9', () => groups.write((tx) => tx.execute({ sql: 'x', returnsRows: false }, [])))
  assert.deepEqual(sentFor, [undefined, undefined])
})

test('each transaction is counted once, with its operations and how long the first of them waited', async () => {
  const { writer } = startWriter()
  const counted: unknown[] = []
  let now = 0
  const groups = createGroupCommit(writer, undefined, {
    now: () => now,
    begun(operations, since) {
      counted.push({ operations, since })
      return () => counted.push('over')
    },
    overloaded: () => void counted.push('overloaded'),
    told() {},
  })
  const statement = { sql: 'one', returnsRows: false }
  const first = groups.write((tx) => tx.execute(statement, []))
  now = 7
  await Promise.all([first, groups.write((tx) => tx.execute(statement, []))])
  await groups.idle()
  assert.deepEqual(counted, [{ operations: 2, since: 0 }, 'over'])
  await assert.rejects(
    groups.write(async () => {
      throw new Error('a bug')
    }),
  )
  await groups.idle()
  assert.deepEqual(counted.slice(2), [{ operations: 1, since: 7 }, 'over'], 'also one that fails')

  const writes = Array.from({ length: 10_000 }, () => groups.write(async () => {}))
  await assert.rejects(groups.write(async () => {}))
  assert.equal(counted.at(-1), 'overloaded')
  await Promise.all(writes)
})
