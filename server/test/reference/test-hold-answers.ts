import assert from 'node:assert/strict'
import { subscribe } from 'node:diagnostics_channel'
import { after } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type {} from '../../src/sandbox/faults/fail-requests.ts'
import { type DescribedOperation, faultsAt, operations, patternOf } from './test-description.ts'

/**
 * Where this file is imported, whatever the servers of a test file answer is held against the description of the API: each
 * status, its code, its headers and its body have to be described. The file fails otherwise.
 */
const described = new Map<string, (typeof operations)[number]>(
  operations.map((each) => [`${each.method} ${patternOf(each.path)}`, each] as const),
)

/** What the two processes of a region say to one another by their channel, at a path of the provider contract. */
const ofChannel = '/api/v1/session/:tenantId/launch'

/** The sandbox was told to answer this request as a proxy in front does that cannot reach the server. */
const asProxy = '502'

const faults = new Set<string>()

subscribe('fastify.initialization', (message) => {
  const { fastify } = message as {
    fastify: { addHook(name: 'onSend', hook: typeof holdAnswer): void }
  }
  fastify.addHook('onSend', holdAnswer)
})

after(() => assert.deepEqual([...faults], [], 'answers that the description of the API does not know'))

function holdAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error?: Error | null) => void,
): void {
  const { url = '' } = request.routeOptions
  const found = described.get(`${request.method.toLowerCase()} ${patternOf(url)}`)
  if (found && url !== ofChannel && request.armedFault !== asProxy) {
    const { path, method, operation } = found
    for (const fault of faultsOf(operation, ['paths', path, method], reply, payload))
      faults.add(`${method} ${path} answered ${reply.statusCode}: ${fault}`)
  }
  done()
}

function faultsOf(
  { responses }: DescribedOperation,
  place: readonly string[],
  reply: FastifyReply,
  payload: unknown,
): readonly string[] {
  const status = String(reply.statusCode)
  const response = responses[status]
  if (!response) return [`the status is not described: ${String(payload).slice(0, 100)}`]
  const headers = mustHave(status, response.headers).filter((name) => reply.getHeader(name) === undefined)
  if (headers.length > 0) return [`there is no ${headers}`]
  const [mediaType = ''] = String(reply.getHeader('content-type') ?? '').split(';')
  const isEmpty = payload === null || payload === undefined || payload === ''
  if (!response.content) return isEmpty ? [] : ['a body is not described']
  const content = response.content[mediaType]
  if (!content) return [`${mediaType} is not described`]
  if (!mediaType.endsWith('json')) return []
  const body = JSON.parse(String(payload))
  const code = codeOf(body)
  if (code !== undefined && !(code in content.examples)) return [`${code} is not described`]
  return faultsAt('closed', [...place, 'responses', status, 'content', mediaType, 'schema'], body)
}

/** Headers that are always there with a status that is described with them. */
const mustHave = (status: string, headers: object): readonly string[] =>
  Object.keys(headers).filter(
    (name) => name === 'Retry-After' || (name === 'WWW-Authenticate' && status === '401'),
  )

/** What tells one error of a status from the others. */
function codeOf({ type, error }: { readonly type?: unknown; readonly error?: unknown }): string | undefined {
  if (typeof error === 'string') return error.replaceAll(' ', '')
  return typeof type === 'string' ? type.split('#')[1] : undefined
}
