import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What a double was asked. */
export interface DoubleRequest {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface DoubleAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A text or bytes are sent as they are, anything else as JSON. */
  readonly body: unknown
}

/**
 * What may go wrong with an answer. `late`: it waits for {@link GatewayDouble.answerLate}. `twice`: the connection
 * carries it a second time. `closes`: the connection is closed instead; `half`: in the middle of the answer. A function
 * makes another answer of it.
 */
export type Misbehaviour =
  | 'never'
  | 'late'
  | 'twice'
  | 'html'
  | 'broken-json'
  | 'closes'
  | 'half'
  | ((answer: DoubleAnswer) => DoubleAnswer)

interface Planned {
  readonly misbehaviour: Misbehaviour
  readonly carriesOut: boolean
  readonly of: RegExp
  readonly unlessDone: boolean
}

export type GatewayDouble = Awaited<ReturnType<typeof startGatewayDouble>>

/** A gateway that is none: a real server on 127.0.0.1 that answers as it is told, or worse. */
export async function startGatewayDouble({
  answer,
  tls,
}: {
  readonly answer: (request: DoubleRequest) => DoubleAnswer
  readonly tls?: { readonly key: string; readonly cert: string }
}) {
  const planned: Planned[] = []
  const asked: DoubleRequest[] = []
  const carriedOut: DoubleRequest[] = []
  const held = new Set<ServerResponse>()
  let late: (() => void)[] = []
  const serve = (request: IncomingMessage, response: ServerResponse) => void respond(request, response)
  const server = tls ? createTlsServer(tls, serve) : createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming)
    if (!request) return
    asked.push(request)
    const at = planned.findIndex(({ of }) => of.test(`${request.method} ${request.path}`))
    const [plan] = at < 0 ? [] : planned.splice(at, 1)
    const isDone = carriedOut.some((each) => each.path === request.path && each.body.equals(request.body))
    if (plan?.carriesOut !== false) carriedOut.push(request)
    if (!plan || (plan.unlessDone && isDone)) {
      send(response, answer(request))
      return
    }
    const right = plan.carriesOut ? answer(request) : { status: 503, body: '' }
    if (plan.misbehaviour === 'never' || plan.misbehaviour === 'late') hold(response)
    if (plan.misbehaviour === 'late') late.push(() => send(response, right))
    else if (typeof plan.misbehaviour === 'function') send(response, plan.misbehaviour(right))
    else manners[plan.misbehaviour](response, right)
  }

  function hold(response: ServerResponse): void {
    held.add(response)
    response.once('close', () => held.delete(response))
  }

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    /** Every request so far. */
    asked: asked as readonly DoubleRequest[],
    /** Of them, those that were done, whatever became of their answers. */
    carriedOut: carriedOut as readonly DoubleRequest[],
    /** How many answers somebody waits for that do not come, or not yet. */
    held: (): number => held.size,
    /** Whoever waits for an answer that is held back is gone, and its connection with it. */
    hangUp(): void {
      for (const { socket } of held) socket?.destroy()
    },
    /**
     * Lets the next request go wrong.
     *
     * @param carriesOut whether what was asked is done for all that.
     * @param of which request: a pattern of `POST /path`.
     * @param unlessDone a request that was carried out before, and comes again, is answered as it was.
     */
    misbehave(
      misbehaviour: Misbehaviour,
      {
        carriesOut = true,
        of = /^/,
        unlessDone = false,
      }: { readonly carriesOut?: boolean; readonly of?: RegExp; readonly unlessDone?: boolean } = {},
    ): void {
      planned.push({ misbehaviour, carriesOut, of, unlessDone })
    },
    /** Lets nothing go wrong any more. */
    behave(): void {
      planned.length = 0
    },
    /** Sends the answers that were held back. */
    answerLate(): void {
      const waiting = late
      late = []
      for (const send of waiting) send()
    },
    close(): Promise<void> {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type Manner = Exclude<Misbehaviour, 'late' | ((answer: DoubleAnswer) => DoubleAnswer)>

const manners: Readonly<Record<Manner, (response: ServerResponse, right: DoubleAnswer) => void>> = {
  never() {},
  twice(response, right) {
    const { socket } = response
    const text = textOf(right)
    const head = `HTTP/1.1 ${right.status} OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`
    response.once('finish', () => socket?.write(head + text))
    send(response, right)
  },
  html: (response) =>
    send(response, {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Down for maintenance</title>',
    }),
  'broken-json': (response, right) => send(response, { ...right, body: textOf(right).slice(0, -7) }),
  closes: (response) => response.socket?.destroy(),
  half(response, right) {
    const text = textOf(right)
    response.writeHead(right.status, { 'content-length': String(Buffer.byteLength(text)) })
    response.write(text.slice(0, 20), () => response.socket?.destroy())
  },
}

/** `undefined` for a request that does not arrive whole: whoever sent it was killed meanwhile. */
async function read(incoming: IncomingMessage): Promise<DoubleRequest | undefined> {
  const parts: Buffer[] = []
  try {
    for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part)
  } catch {
    return undefined
  }
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://double.test')
  const headers = incoming.headers as Readonly<Record<string, string | undefined>>
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: searchParams,
    headers,
    body: Buffer.concat(parts),
  }
}

function send(response: ServerResponse, answer: DoubleAnswer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
  response.end(bytesOf(answer))
}

const textOf = ({ body }: DoubleAnswer): string => (typeof body === 'string' ? body : JSON.stringify(body))

const bytesOf = (answer: DoubleAnswer): Buffer =>
  Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(textOf(answer))
