import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../base/problem.ts'
import { currentRequestId, inRequest } from '../base/request-scope.ts'
import { createGroupCommit, type Writer } from './group-commit.ts'
import { StoreUnavailable } from './store-unavailable.ts'

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
    begin: async () => say('BEGIN'),
    exec: say,
    async execute({ sql }) {
      say(sql)
      return { rows: [], changes: 1 }
    },
  }
  const told: (StoreUnavailable | undefined)[] = []
  const groups = createGroupCommit(writer, (failure) => told.push(failure))
  return {
    said,
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
  assert.deepEqual(said, ['BEGIN', 'COMMIT', 'BEGIN', 'two', 'COMMIT', 'two is written'])
  assert.equal(told.length, 2)
})

for (const statement of ['BEGIN', 'two', 'COMMIT']) {
  test(`an engine that fails at ${statement} has written nothing of the whole group`, async () => {
    const { said, told, write, fail } = startWriter()
    fail(statement, full)
    assert.deepEqual(await outcomes([write('one'), write('two')]), [full, full])
    assert.deepEqual(said.slice(-3), ['ROLLBACK', 'one is not', 'two is not'])
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
    assert.equal(said.at(-1 - names.length), 'ROLLBACK')
    assert.deepEqual(told, [undefined], 'the machine is not to blame')
  }
})

test('an operation that fails alone is done once', async () => {
  const { said, write, fail } = startWriter()
  const bug = new Error('a bug')
  fail('one', bug)
  assert.deepEqual(await outcomes([write('one')]), [bug])
  assert.deepEqual(said, ['BEGIN', 'one', 'ROLLBACK', 'one is not'])
})

test('one that fails among others takes back its own rows, and hears of it after the commit', async () => {
  const { said, told, write, fail } = startWriter()
  const bug = new Error('a bug')
  fail('two', bug)
  assert.deepEqual(await outcomes([write('one'), write('two'), write('three')]), ['one', bug, 'three'])
  assert.deepEqual(said, [
    ...['BEGIN', 'one', 'two', 'ROLLBACK'],
    ...['BEGIN', 'SAVEPOINT operation', 'one', 'RELEASE operation'],
    ...['SAVEPOINT operation', 'two', 'ROLLBACK TO operation', 'RELEASE operation'],
    ...['SAVEPOINT operation', 'three', 'RELEASE operation', 'COMMIT'],
    ...['one is written', 'two is not', 'three is written'],
  ])
  assert.deepEqual(told, [undefined])
})

for (const statement of ['SAVEPOINT operation', 'RELEASE operation']) {
  test(`an engine that fails at ${statement}, when operations are done apart, has written none`, async () => {
    const { said, told, write, fail } = startWriter()
    fail('two', new Error('a bug'))
    fail(statement, full)
    assert.deepEqual(await outcomes([write('one'), write('two')]), [full, full])
    assert.equal(said.at(-3), 'ROLLBACK')
    assert.deepEqual(told, [full])
  })
}

test('an engine that fails in an operation that is done apart has written none', async () => {
  const { groups, said, told } = startWriter()
  let tries = 0
  const writes = [
    groups.write(async () => 'one'),
    groups.write(async () => {
      tries += 1
      throw tries === 1 ? new Error('a bug') : full
    }),
    groups.write(async () => 'three'),
  ]
  assert.deepEqual(await outcomes(writes), [full, full, full])
  assert.ok(!said.includes('ROLLBACK TO operation') && !said.includes('COMMIT'))
  assert.deepEqual(told, [full])
})

test('an engine that has rolled back by itself is not complained of', async () => {
  const { write, fail } = startWriter()
  fail('COMMIT', full)
  fail('ROLLBACK', new Error('no transaction is active'))
  assert.deepEqual(await outcomes([write('one')]), [full])
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
  const between = groups.between(() => void said.push('between'))
  const bug = new Error('a bug')
  const fails = groups.between(() => {
    throw bug
  })
  await Promise.all([first, between, assert.rejects(fails, bug)])
  assert.equal(said.filter((each) => each === 'between').length, 1)
  const [begin, at, commit] = ['BEGIN', 'between', 'COMMIT'].map((each) => said.indexOf(each))
  assert.ok(at !== undefined && begin !== undefined && commit !== undefined && (at < begin || at > commit))
  assert.equal(told.length, 1, 'nothing is told of it')
  await groups.between(() => void said.push('alone'))
  assert.equal(said.at(-1), 'alone')
})

test('idle is when nothing waits', async () => {
  const { groups, said, write } = startWriter()
  await groups.idle()
  void write('one')
  await groups.idle()
  assert.ok(said.includes('COMMIT'))
})

test('a group is written for nobody’s request: those of several are in it', async () => {
  const { groups } = startWriter()
  const id = await inRequest('request-7', () => groups.write(async () => currentRequestId()))
  assert.equal(id, undefined)
})
