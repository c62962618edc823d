import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../store.ts'
import { Entangled, runSideBySide } from './side-by-side.ts'

const read = (table: string) => ({ sql: `read ${table}`, returnsRows: true, reads: [table], writes: [] })
const write = (table: string) => ({ sql: `write ${table}`, returnsRows: false, writes: [table] })
const anything = { sql: 'anything', returnsRows: false }

type Step = Parameters<Connection['execute']>[0] | readonly Parameters<Connection['execute']>[0][]

/** Runs operations of such steps, and says what was sent, message by message. What is asked for together is a list. */
async function messagesOf(operations: Readonly<Record<string, readonly Step[]>>) {
  const messages: string[][] = []
  const values = await runSideBySide(
    Object.entries(operations).map(([name, steps]) => async (tx: Connection) => {
      for (const step of steps) {
        await Promise.all([step].flat().map((statement) => tx.execute(statement, [name])))
      }
      return name
    }),
    async (jobs) => {
      messages.push(jobs.map(({ statement, parameters }) => `${parameters[0]}: ${statement.sql}`))
      await new Promise((resolve) => setImmediate(resolve))
      return jobs.map(() => ({ rows: [], changes: 1 }))
    },
  )
  assert.deepEqual(values, Object.keys(operations))
  return messages
}

test('what operations ask for in one turn is one message, and each goes on by its own answers', async () => {
  assert.deepEqual(
    await messagesOf({ a: [write('x'), write('y')], b: [write('x')], c: [[write('y'), write('z')]], d: [] }),
    [['a: write x', 'b: write x', 'c: write y', 'c: write z'], ['a: write y']],
  )
})

test('each operation has the answers to its own statements', async () => {
  const names = ['a', 'b', 'c']
  const answers = await runSideBySide(
    names.map((name) => async (tx) => (await tx.execute(anything, [name])).rows),
    async (jobs) => jobs.map(({ parameters }) => ({ rows: parameters, changes: 0 })),
  )
  assert.deepEqual(answers, [['a'], ['b'], ['c']])
})

test('what one has read nobody else reads or writes before it is over', async () => {
  assert.deepEqual(await messagesOf({ a: [read('x'), write('x')], b: [read('x')], c: [write('x')] }), [
    ['a: read x'],
    ['a: write x'],
    ['b: read x'],
    ['c: write x'],
  ])
})

test('other tables are nobody’s', async () => {
  assert.deepEqual(await messagesOf({ a: [read('x'), write('x')], b: [read('y')], c: [write('z')] }), [
    ['a: read x', 'b: read y', 'c: write z'],
    ['a: write x'],
  ])
})

test('what may write anything waits for whatever was read', async () => {
  assert.deepEqual(await messagesOf({ a: [read('x'), write('z')], b: [anything] }), [
    ['a: read x'],
    ['a: write z'],
    ['b: anything'],
  ])
})

test('operations that wait for one another are told so', async () => {
  await assert.rejects(
    messagesOf({ a: [read('x'), write('y')], b: [read('y'), write('x')] }),
    (error) => error instanceof Entangled,
  )
})

test('the first failure is everybody’s: of a statement, of an operation', async () => {
  const bug = new Error('a bug')
  const send = async () => {
    throw bug
  }
  const asks = (tx: Connection) => tx.execute(anything, [])
  await assert.rejects(runSideBySide([asks, asks], send), bug)
  const fails = () => {
    throw bug
  }
  await assert.rejects(
    runSideBySide([asks, fails], async (jobs) => jobs.map(() => ({ rows: [], changes: 0 }))),
    bug,
  )
})

test('an operation that does not wait for its statements is a mistake of ours', async () => {
  const leaves = async (tx: Connection) => void tx.execute(anything, [])
  const send = () => new Promise<never>(() => {})
  await assert.rejects(runSideBySide([leaves], send), /did not wait for its statements/)
})
