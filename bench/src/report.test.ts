import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Measured, median, ratio } from './measure.ts'
import {
  floorName,
  markdown,
  maxTarget,
  ratioTarget,
  spread,
  table,
  throughputRow,
  throughputRows,
  withResults,
} from './report.ts'

const measured = (name: string, perSecond: number): Measured => ({
  name,
  rounds: [perSecond, perSecond, perSecond],
  perSecond,
  p50: 1,
  p99: 2.345,
  generatorBusy: 0.456,
  loopDelays: [],
})

test('a table’s columns stand under one another', () => {
  assert.equal(
    table(
      ['Server', 'answers/s'],
      [
        ['Tonegate', '9'],
        ['a bare server', '12 345'],
      ],
    ),
    [
      '| Server        | answers/s |',
      '| ------------- | --------: |',
      '| Tonegate      |         9 |',
      '| a bare server |    12 345 |',
    ].join('\n'),
  )
})

test('a server is set in relation to its floor', () => {
  const row = throughputRow(measured('Tonegate', 8_500), measured('floor', 10_000))
  assert.deepEqual(row, ['Tonegate', '8 500', '8 500 8 500 8 500', '1.00', '2.35', '46 %', '0.85'])
})

test('a target is met at its value and missed below it', () => {
  const verdict = (perSecond: number) =>
    ratioTarget('Tokens', [measured('Tonegate', perSecond), measured('floor', 10_000)], 0.85).verdict
  assert.equal(verdict(8_500), 'met')
  assert.equal(verdict(8_499), 'missed')
})

test('a figure that may not be too large is met at its target and missed above it', () => {
  assert.deepEqual(maxTarget('Delay', 1000, 1000, ' ms'), {
    what: 'Delay',
    target: 'at most 1 000 ms',
    measured: '1000.00 ms',
    verdict: 'met',
  })
  assert.equal(maxTarget('Delay', 1000.1, 1000, ' ms').verdict, 'missed')
})

test('all servers of a table are set in relation to its floor', () => {
  const rows = throughputRows([measured('Tonegate', 5), measured(floorName, 10), measured('peer', 20)])
  assert.deepEqual(
    rows.map((row) => row.at(-1)),
    ['0.50', '1.00', '2.00'],
  )
  assert.throws(() => throughputRows([measured('Tonegate', 5)]), /floor/)
})

test('the targets of all sections come first', () => {
  const target = ratioTarget('Tokens', [measured('Tonegate', 9), measured('floor', 10)], 0.85)
  const section = { title: 'Tokens', about: 'By Basic.', head: ['Server'], rows: [['Tonegate']] }
  const text = markdown([
    { ...section, targets: [] },
    { ...section, title: 'More', targets: [target] },
  ])
  assert.match(
    text,
    /^### Targets\n\n\| Target .*\n.*\n\| Tokens \| at least 0\.85 \| +0\.90 \| met \|\n\n### Tokens/,
  )
  assert.match(text, /### More\n\nBy Basic\.\n\n\| Server/)
})

test('results replace what stood between the markers, and nothing else', () => {
  const page = 'before\n\n<!-- The benchmark writes from here … -->\n\nold\n\n<!-- … to here. -->\n\nafter\n'
  const written = withResults(page, 'new')
  assert.equal(written, page.replace('old', 'new'))
  assert.equal(withResults(written, 'old'), page)
})

test('a page without both markers is not touched', () => {
  assert.throws(() => withResults('<!-- The benchmark writes from here … -->', 'new'), /marker/)
  assert.throws(() => withResults('', 'new'), /marker/)
})

test('a ratio is the median of the rounds’ ratios', () => {
  const ours = { ...measured('Tonegate', 0), rounds: [50, 90, 40] }
  const floor = { ...measured('floor', 0), rounds: [60, 100, 80] }
  assert.equal(ratio(ours, floor), 50 / 60)
})

test('how far the rounds are apart is said by the lowest and the highest ratio', () => {
  const ours = { ...measured('Tonegate', 0), rounds: [50, 90, 40] }
  const floor = { ...measured('floor', 0), rounds: [100, 100, 80] }
  assert.equal(spread(ours, floor), '0.50 to 0.90')
})

test('the median is the middle one', () => {
  assert.equal(median([30, 10, 20]), 20)
  assert.equal(median([9, 100, 11]), 11)
})
