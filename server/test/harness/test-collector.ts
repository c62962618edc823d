import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A span as a collector gets it. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Readonly<Record<string, string | number>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly status: { readonly code: number; readonly message?: string }
  /** Of the process that sent it. */
  readonly resource: Readonly<Record<string, string | number>>
}

/** Takes traces by OTLP over HTTP in JSON, as an OpenTelemetry collector does. */
export async function startCollector(t: TestContext, answer: RequestListener = takes) {
  const bodies: Buffer[] = []
  const headers: NodeJS.Dict<string | string[]>[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    bodies.push(Buffer.concat(pieces))
    headers.push({ ...request.headers, path: request.url })
    answer(request, response)
    for (const look of [...waiting]) look()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const spans = () => bodies.flatMap(spansIn)
  return {
    endpoint,
    /** What makes a Tonegate send its traces here. */
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    /** What came, byte for byte. */
    bodies: (): readonly Buffer[] => bodies,
    headers: () => headers,
    spans,
    /** Resolves when what has come is as it is waited for. */
    until: (is: (spans: readonly CollectedSpan[]) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (!is(spans())) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

export type TestCollector = Awaited<ReturnType<typeof startCollector>>

const takes: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string }
}

function spansIn(body: Buffer): readonly CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString())
  // biome-ignore lint/suspicious/noExplicitAny: JSON as OTLP has it
  return resourceSpans.flatMap(({ resource, scopeSpans }: any) =>
    // biome-ignore lint/suspicious/noExplicitAny: the same
    scopeSpans.flatMap(({ spans }: any) =>
      spans.map((span: CollectedSpan & { readonly attributes: readonly Attribute[] }) => ({
        ...span,
        attributes: valuesOf(span.attributes),
        resource: valuesOf(resource.attributes),
      })),
    ),
  )
}

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)] as const),
  )

/** Where the spans of a trace stand in it, each once, in alphabetical order: `charge > ask gateway`. */
export function pathsIn(spans: readonly CollectedSpan[], traceId: string): readonly string[] {
  const own = new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.spanId, span]))
  const pathOf = ({ name, parentSpanId = '' }: CollectedSpan): string => {
    const parent = own.get(parentSpanId)
    return parent ? `${pathOf(parent)} > ${name}` : name
  }
  return [...new Set([...own.values()].map(pathOf))].sort()
}
