import '../../test/reference/test-hold-answers.ts'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { CallEnd, CallTrouble, Tone } from '@tonegate/protocol/telephone'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { createMovableClock, type MovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { createOutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { systemRandom } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import { createSealer } from '../base/seal.ts'
import { createHttp, type Http } from '../http/http.ts'
import type { NodeId } from '../store/nodes/node-id.ts'
import { openTestStore } from '../store/test-store.ts'
import type { CallListener } from './calls.ts'
import type { Controls } from './control-of.ts'
import { createCalls } from './create-calls.ts'
import type { CallPeers } from './peers/call-peers.ts'
import type { PlatformSettings } from './platforms/platform.ts'

const region: Region = {
  name: 'emea',
  issuer: 'https://emea.id.example.test',
  apiUrl: 'https://emea.api.example.test',
  paymentOrigin: 'https://emea.pay.example.test',
}

/** A region's telephone on a clock that is moved; more than one process may follow one another on its database. */
export async function startTelephone(
  t: TestContext,
  {
    controls = {},
    clock = createMovableClock(),
  }: { readonly controls?: Controls; readonly clock?: MovableClock } = {},
) {
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(line) })
  const folder = makeTestFolder('telephone')
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const sealer = createSealer(Buffer.alloc(32, 7), systemRandom)
  const newGuid = createGuids({ clock, random: systemRandom })
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress({ clock })
  t.after(closeOutgoing)
  const openSessions = new Set<Guid>()

  const peers = createTestPeers()

  async function startProcess() {
    const store = await openTestStore(join(folder, 'nam.db'))
    const parts = { region, store, sealer, clock, random: systemRandom, newGuid, log }
    const isOpen = async (guid: Guid) => openSessions.has(guid)
    const ofNode = peers.of(store.nodeId)
    const telephone = createCalls({ ...parts, outgoing, controls, isOpen, peers: ofNode })
    const [app, channel] = [
      createHttp({ region, log, proxy: 'none' }),
      createHttp({ region, log, proxy: 'none' }),
    ]
    telephone.routes(app)
    telephone.servePeers(channel)
    await app.ready()
    const leave = peers.join(store.nodeId, { app, channel })
    const secured = store.prepare((db, _: object) =>
      db.selectFrom('live_call').select('guid').where('session_guid', 'is not', null),
    )
    /** As a process that is killed: it does nothing more, and others see that it is gone. */
    const die = async () => {
      leave()
      await telephone.close()
      await store.close()
      await app.close()
    }
    const close = async () => {
      leave()
      await app.close()
      await telephone.close()
      await store.close()
    }
    return {
      ...telephone,
      app,
      /** What other nodes ask of it. */
      channel,
      store,
      close,
      die,
      /** What other nodes are to it, and what pretends that one cannot be reached. */
      peers: ofNode,
      leave,
      /** The calls whose lines are secured, or have to be released still, at whichever node. */
      secured: async () => (await secured.all(store.reader, {})).map(({ guid }) => guid),
      /** The server that answers a request which comes here. */
      async answering(request: Parameters<typeof telephone.elsewhere.ofRequest>[0]) {
        const node = await telephone.elsewhere.ofRequest(request)
        return node ? peers.appOf(node) : app
      },
    }
  }

  return { clock, folder, log, lines, newGuid, openSessions, startProcess }
}

/** A process with one platform, and a client that bears its key. */
export async function startWithPlatform(
  t: TestContext,
  options: {
    readonly settings?: Partial<PlatformSettings>
    readonly controls?: Controls
    readonly clock?: MovableClock
  } = {},
) {
  const started = await startTelephone(t, options)
  let process = await started.startProcess()
  t.after(() => process.close())
  const made = await process.platforms.create({
    accountId: 1,
    name: 'desk',
    kind: 'http',
    settings: { privateAddresses: 'allowed', ...options.settings },
  })
  if (made === 'taken') throw new Error('The platform is there already.')
  return {
    ...started,
    ...made,
    get process() {
      return process
    },
    client: (key = made.key) => clientOf(() => process, key),
    /** Ends the process, and starts the next one on its database. */
    async restart() {
      await process.close()
      process = await started.startProcess()
      return process
    },
  }
}

/** Nodes of one region, in one process. */
export function createTestPeers() {
  const nodes = new Map<NodeId, { readonly app: Http; readonly channel: Http }>()
  return {
    /** @returns how it leaves. */
    join(id: NodeId, node: { readonly app: Http; readonly channel: Http }) {
      nodes.set(id, node)
      return () => void nodes.delete(id)
    },
    appOf(id: NodeId): Http {
      const node = nodes.get(id)
      if (!node) throw new Error('The node cannot be reached.')
      return node.app
    },
    of: (own: NodeId): CallPeers => ({
      others: () => [...nodes.keys()].filter((id) => id !== own),
      ask:
        (id) =>
        async <Answer>(url: string, body: object): Promise<Answer> => {
          const node = nodes.get(id)
          if (!node) throw new Error('The node cannot be reached.')
          const answer = await node.channel.inject({ method: 'POST', url, payload: body })
          if (answer.statusCode !== 200) throw new Error(`The node answered ${answer.statusCode}.`)
          return answer.json()
        },
    }),
  }
}

export type TestProcess = Awaited<ReturnType<Awaited<ReturnType<typeof startTelephone>>['startProcess']>>

/** Sends requests to the calls API of one process; another answers those that are for a line which that has. */
export function clientOf(process: () => TestProcess, key: string) {
  const send = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown) => {
    const url = `/calls/v1${path}`
    const headers = {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const app = await process().answering({ url, headers })
    const answer = await app.inject({
      method,
      url,
      headers,
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? undefined : answer.json(),
    }
  }
  return {
    get: (path: string) => send('GET', path),
    put: (path: string, body: unknown) => send('PUT', path, body),
    post: (path: string, body?: unknown) => send('POST', path, body),
    delete: (path: string, body?: unknown) => send('DELETE', path, body),
  }
}

/** Writes down what a session hears. */
export function testListener() {
  const heard: string[] = []
  const listener: CallListener = {
    tone: (tone: Tone) => void heard.push(tone),
    trouble: (trouble: CallTrouble) => void heard.push(trouble),
    hungUp: (by: CallEnd | undefined) => void heard.push(`hung up by ${by}`),
  }
  return { heard, listener, keys: () => heard.filter((each) => each.length === 1).join('') }
}

/** A platform's own server, which is told commands. */
export async function startControlServer(t: TestContext) {
  const commands: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = []
  const arrived = new Map<string, () => void>()
  const waiting: (() => void)[] = []
  let answer: (type: string) => number | 'never' | 'endless' = () => 204
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { type } = JSON.parse(body)
      commands.push({ headers: request.headers, body })
      arrived.get(type)?.()
      const status = answer(type)
      if (status === 'never') {
        waiting.push(() => response.writeHead(204).end())
        return
      }
      if (status === 'endless') {
        response.writeHead(200)
        const more = () => response.write(Buffer.alloc(65_536)) && setImmediate(more)
        response.on('drain', more)
        more()
        return
      }
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tonegate`,
    commands,
    types: () => commands.map(({ body }) => JSON.parse(body).type as string),
    answers(next: typeof answer) {
      answer = next
    },
    /** Answers what was never answered. */
    confirmAll() {
      for (const answer of waiting.splice(0)) answer()
    },
    /** Resolves when a command of this type arrives the next time. */
    next: (type: string) => new Promise<void>((resolve) => arrived.set(type, resolve)),
  }
}
