import { encodings, samplers, type TracingSettings } from '../tracing/tracing-settings.ts'
import type { Variables } from './variables.ts'

/**
 * Reads where traces are sent, by the names that OpenTelemetry has for its settings; null: nowhere. What is wrong is said
 * without the values of headers, which are credentials.
 */
export function readTracingSettings({ text, choice, whole, faults }: Variables): TracingSettings | null {
  const endpoint = text('OTEL_EXPORTER_OTLP_ENDPOINT', '')
  if (endpoint === '') return null
  const share = text('OTEL_TRACES_SAMPLER_ARG', '1')
  if (!/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/.test(share))
    faults.push(`OTEL_TRACES_SAMPLER_ARG is '${share}'; it must be a number from 0 to 1, such as 0.1.`)
  return {
    url: readEndpoint(endpoint, faults),
    encoding: choice('OTEL_EXPORTER_OTLP_PROTOCOL', encodings, 'http/protobuf'),
    headers: readHeaders(text('OTEL_EXPORTER_OTLP_HEADERS', ''), faults),
    serviceName: text('OTEL_SERVICE_NAME', 'tonegate'),
    resource: readResource(text('OTEL_RESOURCE_ATTRIBUTES', ''), faults),
    sampler: choice('OTEL_TRACES_SAMPLER', samplers, 'parentbased_traceidratio'),
    share: Number(share),
    mostPerSecond: whole('TONEGATE_TRACES_PER_SECOND', 200, [1, 1_000_000]),
  }
}

/** The address may hold a password, and is not repeated. */
function readEndpoint(text: string, faults: string[]): URL {
  const url = URL.parse(text)
  const isBase =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === ''
  if (!isBase) {
    faults.push(
      'OTEL_EXPORTER_OTLP_ENDPOINT is not valid; it must be the base address of an OpenTelemetry collector, without credentials, such as http://127.0.0.1:4318.',
    )
    return new URL('http://127.0.0.1')
  }
  return new URL(`${url.pathname.replace(/\/+$/, '')}/v1/traces`, url)
}

const headerName = /^[\w!#$%&'*+.^`|~-]+$/
const headerValue = /^[\t\x20-\x7e]*$/

function readHeaders(text: string, faults: string[]): Readonly<Record<string, string>> {
  const pairs = readPairs(text)
  if (pairs?.every(([name, value]) => headerName.test(name) && headerValue.test(value)))
    return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]))
  faults.push(
    'OTEL_EXPORTER_OTLP_HEADERS is not valid; it must be names and values such as api-key=secret,x-tenant=7, with reserved characters percent-encoded.',
  )
  return {}
}

function readResource(text: string, faults: string[]): Readonly<Record<string, string>> {
  const pairs = readPairs(text)
  if (pairs) return Object.fromEntries(pairs)
  faults.push(
    'OTEL_RESOURCE_ATTRIBUTES is not valid; it must be names and values such as deployment.environment.name=production,host.name=pay1, with reserved characters percent-encoded.',
  )
  return {}
}

/** `name=value,name=value`, percent-encoded as W3C Baggage is; `undefined` for anything else. */
function readPairs(text: string): readonly (readonly [string, string])[] | undefined {
  if (text === '') return []
  try {
    const pairs = text.split(',').map((pair) => {
      const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
      return [decodeURIComponent(name), decodeURIComponent(value)] as const
    })
    return pairs.every(([name]) => name !== '') ? pairs : undefined
  } catch {
    return undefined
  }
}
