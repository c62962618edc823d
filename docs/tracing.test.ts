import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { attributeNames } from '../server/src/base/tracing/attributes.ts'
import { workNames } from '../server/src/base/tracing/span.ts'
import { readConfig } from '../server/src/config/config.ts'
import { startCollector } from '../server/test/harness/test-collector.ts'
import { eventually } from '../server/test/harness/test-eventually.ts'
import { startTestTonegate } from '../server/test/harness/test-tonegate.ts'

const page = readFileSync(new URL('tracing.md', import.meta.url), 'utf8')

/** The cells of the rows under a heading; the first without its quotes. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return [...own.matchAll(/^\| `([^`]+)` *\|(.*)\|$/gm)].map(([, name = '', rest = '']) => [
    name,
    ...rest.split('|').map((cell) => cell.trim()),
  ])
}

const namesUnder = (heading: string) => rowsUnder(heading).map(([name]) => name)

test('docs/tracing.md lists every setting, span and attribute, and no other', () => {
  const settings = readFileSync(new URL('../server/src/config/tracing-settings.ts', import.meta.url), 'utf8')
  assert.deepEqual(
    namesUnder('Settings').toSorted(),
    [...new Set(settings.match(/\b(?:OTEL|TONEGATE)_[A-Z_]+\b/g))].sort(),
  )
  const [request, ...work] = namesUnder('Spans')
  assert.equal(request, 'POST /pay/:guid')
  assert.deepEqual(work.toSorted(), workNames.toSorted())
  assert.deepEqual(namesUnder('Attributes'), attributeNames)
})

test('the settings of docs/tracing.md are accepted, as a shell reads them', () => {
  const [, block = ''] = /^```ini\n([\s\S]*?)^```$/m.exec(page) ?? []
  const script = `set -a; ${block}\nexec "$0" -p 'JSON.stringify(process.env)'`
  const environment = execFileSync('bash', ['-c', script, process.execPath], { env: {}, encoding: 'utf8' })
  const { tracing } = readConfig(JSON.parse(environment))
  assert.equal(tracing?.url.href, 'http://127.0.0.1:4318/v1/traces')
  assert.equal(tracing?.share, 0.1)
  assert.deepEqual(tracing?.resource, { 'deployment.environment.name': 'production' })
  const defaults = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }).tracing
  const said = new Map(
    rowsUnder('Settings').map(([name = '', usual = '']) => [name, usual.replaceAll('`', '')]),
  )
  assert.equal(said.get('OTEL_EXPORTER_OTLP_PROTOCOL'), defaults?.encoding)
  assert.equal(said.get('OTEL_SERVICE_NAME'), defaults?.serviceName)
  assert.equal(said.get('OTEL_TRACES_SAMPLER'), defaults?.sampler)
  assert.equal(said.get('OTEL_TRACES_SAMPLER_ARG'), String(defaults?.share))
  assert.equal(said.get('TONEGATE_TRACES_PER_SECOND'), String(defaults?.mostPerSecond))
})

test('what a payment exports is what docs/tracing.md says', async (t) => {
  const collector = await startCollector(t)
  const { post, send, token, close } = await startTestTonegate(t, { environment: collector.environment })
  const authorization = `Bearer ${await token()}`
  const { callGuid } = (await post('/sandbox/calls', { agentId: 'agent7' })).json
  const order = { agentId: 'agent7', paymentData: { Amount: '12.40', Currency: 'GBP' } }
  const { sessionGuid } = (await post('/globalpci/v1/session', order, { authorization })).json
  await post(`/sandbox/calls/${callGuid}/keys`, { keys: '4111111111111111#1230#123#1' })
  await eventually(async () => {
    const { json } = await send(`/globalpci/v1/session/${sessionGuid}`, { headers: { authorization } })
    return json.sessionState === 'Finished'
  })
  await send('/globalpci/v1/session/x', { headers: { authorization } })
  await close()

  const kinds = new Map(rowsUnder('Spans').map(([name, kind]) => [name, kind]))
  const spans = collector.spans()
  for (const { name, kind, attributes } of spans) {
    const isRequest = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|_OTHER)(?: \/.*)?$/.test(name)
    const said = isRequest ? 'server' : kinds.get(name)
    assert.equal([undefined, 'internal', 'server', 'client'][kind], said, name)
    for (const attribute of Object.keys(attributes))
      assert.ok(namesUnder('Attributes').includes(attribute), attribute)
  }
  for (const name of ['launch session', 'charge', 'ask gateway', 'steer line', 'write rows']) {
    assert.ok(
      spans.some((span) => span.name === name),
      name,
    )
  }
})
