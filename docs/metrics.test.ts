import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  metricsIn,
  type Sample,
  samplesIn,
  startMeteredTonegate,
  startTestMetrics,
} from '../server/test/harness/test-metrics.ts'
import { payByKeypad, payByLink } from '../server/test/harness/test-traffic.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8')
const page = read('docs/metrics.md')
const dashboard = JSON.parse(read('deploy/grafana/tonegate.json'))
const alerts = read('deploy/prometheus/alerts.yaml')
const run = promisify(execFile)

/** Those of any process of Node.js. */
const ofProcess = /^(?:process|nodejs)_/

const quotedIn = (text = ''): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)

const documented = new Map(
  [...page.matchAll(/^\| `(tonegate_\w+)` +\| (\w+) +\| ([^|]+)\|/gm)].map(
    ([, name = '', type = '', labels]) => [name, { type, labels: quotedIn(labels) }],
  ),
)

const [, labelTable = ''] = page.split('\n## Labels\n')
const labelValues = new Map(
  [...labelTable.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, label = '', values]) => [
    label,
    quotedIn(values),
  ]),
)

/** A scrape of a sandbox in which a customer has paid on a call, and another by a link. */
async function scrapeWithTraffic(t: TestContext): Promise<string> {
  const tonegate = await startMeteredTonegate(t)
  const token = await tonegate.token()
  await payByKeypad(tonegate, token, 'agent1')
  await payByLink(tonegate, token, 'agent2')
  return tonegate.scrape()
}

const metricOf = ({ name }: Sample): string =>
  documented.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '')

test('docs/metrics.md lists every metric of a scrape with its type and labels, and no other', async (t) => {
  const text = await scrapeWithTraffic(t)
  const types = [...text.matchAll(/^# TYPE (tonegate_\S+) (\w+)$/gm)].map(([, name, type]) => [name, type])
  assert.deepEqual(
    Object.fromEntries(types),
    Object.fromEntries([...documented].map(([name, { type }]) => [name, type])),
  )
  for (const sample of samplesIn(text)) {
    if (ofProcess.test(sample.name)) continue
    const labels = Object.keys(sample.labels).filter((label) => label !== 'le')
    assert.deepEqual(labels.sort(), [...(documented.get(metricOf(sample))?.labels ?? [])].sort(), sample.name)
  }
})

test('docs/metrics.md lists every label, and each value that a scrape has', async (t) => {
  const used = new Set([...documented.values()].flatMap(({ labels }) => labels))
  assert.deepEqual([...labelValues.keys()].sort(), [...used].sort())
  const open = new Set(['route', 'method', 'version', 'le'])
  for (const { name, labels } of samplesIn(await scrapeWithTraffic(t))) {
    if (ofProcess.test(name)) continue
    for (const [label, value] of Object.entries(labels)) {
      if (!open.has(label)) assert.ok(labelValues.get(label)?.includes(value), `${name}: ${label}="${value}"`)
    }
  }
})

test('the command of docs/metrics.md scrapes', async (t) => {
  const token = 'a-token-of-the-test'
  const { url } = await startTestMetrics(t, token)
  const [block = '', ...others] = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
  assert.deepEqual(others, [])
  const command = block.replace('http://127.0.0.1:9464/metrics', url)
  const scrape = async (TONEGATE_METRICS_TOKEN: string) =>
    (await run('bash', ['-euc', command], { env: { PATH: process.env.PATH, TONEGATE_METRICS_TOKEN } })).stdout
  assert.match(await scrape(token), /^tonegate_build_info\{version="[^"]+"\} 1$/m)
  assert.equal(await scrape('another'), '')
})

/** Every expression of the dashboard and the alerts, and where it stands. */
function expressions(): readonly { readonly where: string; readonly expression: string }[] {
  const panels: { title: string; targets?: { expr: string }[] }[] = dashboard.panels
  const ofPanels = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `panel ${title}`, expression: expr })),
  )
  const rules = alerts.split(/^ {6}- alert: /m).slice(1)
  const ofRules = rules.map((rule) => {
    const [where = ''] = rule.split('\n', 1)
    const [, expression = ''] = /^ {8}expr: (?:>-\n)?([\s\S]*?)^ {8}for: /m.exec(rule) ?? []
    assert.notEqual(expression, '', `${where} has an expression and waits`)
    return { where: `alert ${where}`, expression }
  })
  return [...ofPanels, ...ofRules]
}

test('each metric of the dashboard and of the alerts is in a scrape, with the labels that are asked for', async (t) => {
  const known = new Set(metricsIn(await scrapeWithTraffic(t)))
  const labels = new Set([...labelValues.keys(), 'le', 'job', 'instance'])
  const all = expressions()
  assert.ok(all.length > 50)
  for (const { where, expression } of all) {
    const names = expression.match(/\b(?:tonegate|process|nodejs)_\w+|\bup\b/g) ?? []
    assert.ok(names.length > 0, where)
    for (const name of names) {
      assert.ok(
        name === 'up' || known.has(name) || known.has(name.replace(/_(?:bucket|sum|count)$/, '')),
        `${where}: ${name}`,
      )
    }
    const asked = [
      ...[...expression.matchAll(/(\w+)(?==~?"|!=")/g)].map(([, label = '']) => label),
      ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */)),
    ]
    for (const label of asked) assert.ok(labels.has(label), `${where}: label ${label}`)
  }
})

test('every metric is on the dashboard or in an alert', () => {
  const text = expressions()
    .map(({ expression }) => expression)
    .join('\n')
  assert.deepEqual(
    [...documented.keys()].filter((name) => !text.includes(name)),
    [],
  )
})

test('each alert says how bad it is, and where docs/operations.md says what to do', () => {
  const headings = new Set(
    [...read('docs/operations.md').matchAll(/^#### (Tonegate\w+)$/gm)].map(([, title = '']) => title),
  )
  const names = [...alerts.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name = '']) => name)
  assert.deepEqual([...headings].sort(), [...names].sort())
  for (const rule of alerts.split(/^ {6}- alert: /m).slice(1)) {
    const [name = ''] = rule.split('\n', 1)
    assert.match(rule, /^ {8}for: \d+m$/m, name)
    assert.match(rule, /^ {10}severity: (?:critical|warning)$/m, name)
    assert.match(
      rule,
      new RegExp(`^ {10}runbook_url: docs/operations\\.md#${name.toLowerCase()}$`, 'm'),
      name,
    )
  }
  const tested = read('deploy/prometheus/alerts.test.yaml')
  for (const name of names) assert.match(tested, new RegExp(`alertname: ${name}\\n`), name)
})

const promtool = await run('promtool', ['--version']).then(
  () => undefined,
  () => 'promtool is not installed (Debian: apt-get install prometheus)',
)

test('Prometheus accepts its configuration and the alerts, which fire when they should', {
  skip: promtool,
}, async () => {
  const folder = `${root}deploy/prometheus`
  await run('promtool', ['check', 'config', 'prometheus.yaml'], { cwd: folder })
  await run('promtool', ['check', 'rules', 'alerts.yaml'], { cwd: folder })
  await run('promtool', ['test', 'rules', 'alerts.test.yaml'], { cwd: folder })
})

test('a scrape is what Prometheus reads, and follows its rules for names', { skip: promtool }, async (t) => {
  const checking = run('promtool', ['check', 'metrics'])
  checking.child.stdin?.end(await scrapeWithTraffic(t))
  const { stdout, stderr } = await checking.catch((error) => error)
  // prom-client’s own names of Node.js are as they are.
  const ours = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '' && !ofProcess.test(line))
  assert.deepEqual(ours, [])
})
