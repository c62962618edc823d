import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toolCommand } from '../command.ts'
import { WrongUsage } from '../refused.ts'
import { readArguments } from './read-arguments.ts'

const look = toolCommand({
  name: 'look',
  summary: 'Look around',
  argument: { name: 'side', help: 'where to', optional: true, choices: ['left', 'right'] },
  options: { far: { help: 'beyond the horizon' } },
  run: async () => ({ kind: 'written' }),
})
const lookUp = toolCommand({ ...look, name: 'stars show', run: async () => ({ kind: 'written' }) })
const read = (...typed: readonly string[]) => readArguments(typed, [look, lookUp])

test('a command of one word takes options and an argument as others do', () => {
  assert.deepEqual(read('look', 'left', '--far', '--json', '--region', 'emea'), {
    ...{ kind: 'command', command: look, argument: 'left', region: 'emea', form: 'json', as: undefined },
    given: { far: true, json: true, help: false, region: 'emea' },
  })
  assert.equal((read('look') as { argument?: string }).argument, '')
  assert.equal((read('stars', 'show', 'right') as { argument?: string }).argument, 'right')
  for (const typed of [
    ['look', '--help'],
    ['look', '-h'],
    ['look', 'left', '--help'],
  ])
    assert.deepEqual(read(...typed), { kind: 'help', about: [look] })
})

test('what it does not take is refused', () => {
  const refuses = (typed: readonly string[], text: string) =>
    assert.throws(() => read(...typed), new WrongUsage(text))
  refuses(['look', 'up'], 'The side must be one of left, right.')
  refuses(['look', 'left', 'right'], "'look' accepts one side; unexpected 'right'.")
  refuses(['look', '--near'], 'Unknown option --near.')
  refuses(['looks'], "Unknown command 'looks'.")
})
