import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUptime } from './uptime.ts'

const says = (uptime: unknown) => ({ statistics: { totalstatistics: { uptime } } })

/** Whether the last of several uptimes is found to be of another engine. Times are in milliseconds. */
function lastIsAnother(
  ...answers: readonly (readonly [uptime: unknown, asked: number, answered?: number])[]
) {
  const uptime = createUptime()
  let last = false
  for (const [seconds, asked, answered = asked] of answers) {
    last = uptime.isAnother(says(seconds), { asked, answered })
  }
  return last
}

for (const [what, answers, isAnother] of [
  ['the first', [['5', 0]], false],
  [
    'as much more as has passed',
    [
      ['5', 0],
      ['6', 1_000],
    ],
    false,
  ],
  [
    'a number, not a text',
    [
      [5, 0],
      [6, 1_000],
    ],
    false,
  ],
  [
    'the same, within a second',
    [
      ['5', 0],
      ['5', 1_000],
    ],
    false,
  ],
  [
    'less',
    [
      ['5', 0],
      ['0', 1_000],
    ],
    true,
  ],
  [
    'less by one',
    [
      ['5', 0],
      ['4', 1_000],
    ],
    true,
  ],
  [
    'more, but less than has passed',
    [
      ['1', 0],
      ['2', 60_000],
    ],
    true,
  ],
  [
    'an answer that came late',
    [
      ['5', 0],
      ['6', 1_000, 1_990],
      ['7', 2_000],
    ],
    false,
  ],
  [
    'a clock that was set back',
    [
      ['5', 60_000],
      ['6', 0],
    ],
    false,
  ],
  [
    'no uptime',
    [
      ['5', 0],
      [undefined, 1_000],
    ],
    false,
  ],
  [
    'a text',
    [
      ['5', 0],
      ['soon', 1_000],
    ],
    false,
  ],
] as const) {
  test(`an uptime of ${what}: ${isAnother ? 'another engine' : 'the same engine'}`, () => {
    assert.equal(lastIsAnother(...answers), isAnother)
  })
}

test('what was forgotten is compared with nothing', () => {
  const uptime = createUptime()
  uptime.isAnother(says('5'), { asked: 0, answered: 0 })
  uptime.forget()
  assert.equal(uptime.isAnother(says('0'), { asked: 1_000, answered: 1_000 }), false)
})

for (const statistics of [undefined, null, 'none', [], {}, { totalstatistics: null }]) {
  test(`statistics that are ${JSON.stringify(statistics)} say no uptime`, () => {
    assert.equal(createUptime().isAnother({ statistics }, { asked: 0, answered: 0 }), false)
  })
}
