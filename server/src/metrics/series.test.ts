import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Histogram, Registry } from 'prom-client'
import { createSeriesCounter, createSeriesHistogram } from './series.ts'

const counted = { name: 'tonegate_test_total', help: 'Counted by the test.' }
const measured = { name: 'tonegate_test_seconds', help: 'Measured by the test.', buckets: [0.1, 1, 10] }
const values = [0, 0.05, 0.1, 0.11, 1, 9.99, 10, 10.01, 1_000]

test('series are written as prom-client writes its own', async () => {
  const [ours, theirs] = [new Registry(), new Registry()]
  const count = createSeriesCounter(ours, counted)
  const measure = createSeriesHistogram(ours, measured)
  const counter = new Counter({ ...counted, labelNames: ['region', 'grant'], registers: [theirs] })
  const histogram = new Histogram({ ...measured, labelNames: ['region'], registers: [theirs] })
  for (const [at, grant] of ['password', 'refresh_token'].entries()) {
    const series = count({ region: 'nam', grant })
    for (let times = 0; times <= at; times += 1) {
      series()
      counter.inc({ region: 'nam', grant })
    }
  }
  for (const region of ['nam', 'emea']) {
    const observe = measure({ region })
    for (const value of values) {
      observe(value)
      histogram.observe({ region }, value)
    }
  }
  const linesOf = async (registry: Registry) =>
    (await registry.metrics()).split('\n').map((line) => {
      const [, name = line, labels = '', value = ''] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? []
      return `${name} ${labels.split(',').sort()} ${value}`
    })
  assert.deepEqual(await linesOf(ours), await linesOf(theirs))
})

test('a series that has counted nothing is not shown', async () => {
  const registry = new Registry()
  createSeriesCounter(registry, counted)({ region: 'nam' })
  createSeriesHistogram(registry, measured)({ region: 'nam' })
  assert.doesNotMatch(await registry.metrics(), /^tonegate/m)
})
