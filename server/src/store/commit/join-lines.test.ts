import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinLines } from './join-lines.ts'

const usual = { sql: 'usual', returnsRows: false }
const joined = { sql: 'joined', returnsRows: false, isJoined: true } as const
const another = { ...joined, sql: 'another' }

test('the lines of one joined statement are written by the first that asks, and each has an answer of its own', () => {
  const jobs = [
    { statement: usual, parameters: [1] },
    { statement: joined, parameters: ['a'] },
    { statement: usual, parameters: [2] },
    { statement: another, parameters: ['x'] },
    { statement: joined, parameters: ['b'] },
    { statement: joined, parameters: ['c'] },
  ]
  const { joined: run, answersOf } = joinLines(jobs)
  assert.deepEqual(run, [
    { statement: usual, parameters: [1] },
    { statement: joined, parameters: ['a\nb\nc'] },
    { statement: usual, parameters: [2] },
    { statement: another, parameters: ['x'] },
  ])
  const answers = run.map((_, index) => ({ rows: [index], changes: 1 }))
  assert.deepEqual(
    answersOf(answers).map(({ rows, changes }) => [rows[0], changes]),
    [
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [undefined, 0],
      [undefined, 0],
    ],
  )
})

test('without a joined statement nothing is changed', () => {
  const jobs = [{ statement: usual, parameters: [1] }]
  assert.equal(joinLines(jobs).joined, jobs)
})
