import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from './progress.ts'

test('rows are shown of as many as their source has, with the table that they are of', async () => {
  const shown: unknown[] = []
  const begin = (all: number | undefined, unit: string) => {
    shown.push([all, unit])
    return { advance: (...words: unknown[]) => void shown.push(words), end: () => void shown.push('end') }
  }
  const surroundings = { clock: { elapsed: () => 0 }, gently: false }
  const { begins, pause, end } = await createProgress(begin, { count: async () => 700 }, surroundings)
  await begins({ name: 'payment_session', columns: [], key: [] })
  await pause(500)
  end()
  await (await createProgress(begin, { share: () => 0.5 }, surroundings)).pause(3)
  assert.deepEqual(shown, [
    [700, 'rows'],
    [500, 'payment_session', undefined],
    'end',
    [undefined, 'rows'],
    [3, '', 0.5],
  ])
})
