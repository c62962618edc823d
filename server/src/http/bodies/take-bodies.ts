import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { ownBytes } from '../../base/own-bytes.ts'
import { Problem } from '../../base/problem.ts'
import { inThisRequest } from '../../base/request-scope.ts'
import { bodyInUtf8 } from './body-charset.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes, in a buffer that is nobody else's; `null` where there is none. */
    ownBody: Buffer | null
  }
}

const { FST_ERR_CTP_INVALID_CONTENT_LENGTH } = fastify.errorCodes

/**
 * Has bodies of a media type read, in a buffer of their own that lasts until the request is answered: what the reader
 * returns may look into it, and is not to be kept. All pieces that Node.js hands over are overwritten at once. Where
 * nothing is served, nothing is read. What is text is read in UTF-8, whatever charset it was sent in.
 *
 * @param mediaType `*` for any.
 * @param bytes `as-sent` for who checks a signature over them, or reads nothing.
 * @param maxBytes what the route allows unless said.
 */
export function takeBodies(
  app: Pick<FastifyInstance, 'addContentTypeParser'>,
  {
    mediaType,
    maxBytes,
    bytes = 'in-utf-8',
    read,
  }: {
    readonly mediaType: string
    readonly bytes?: 'in-utf-8' | 'as-sent'
    readonly maxBytes?: number
    readonly read: (body: Buffer, request: FastifyRequest) => unknown
  },
): void {
  app.addContentTypeParser(mediaType, (request, payload, done) => {
    if (request.is404) return done(null)
    const limit = maxBytes ?? request.routeOptions.bodyLimit
    const collected = inThisRequest((error: Error | undefined) => {
      if (error) return done(error)
      const result = attempt(() => {
        if (bytes === 'in-utf-8') turnIntoUtf8(request)
        return read(request.ownBody ?? Buffer.alloc(0), request)
      })
      done(result.error, result.value)
    })
    collect(payload, { request, limit }, collected)
  })
}

function turnIntoUtf8(request: FastifyRequest): void {
  const sent = request.ownBody
  if (!sent) return
  const body = bodyInUtf8(sent, request.headers['content-type'])
  if (body === sent) return
  request.ownBody = body
  sent.fill(0)
}

function attempt(read: () => unknown): { readonly error: Error | null; readonly value?: unknown } {
  try {
    return { error: null, value: read() }
  } catch (error) {
    return { error: error as Error }
  }
}

/** A body whose length is not told begins with so much room. */
const firstBytes = 4096

function collect(
  payload: NodeJS.ReadableStream,
  { request, limit }: { readonly request: FastifyRequest; readonly limit: number },
  done: (error: Error | undefined) => void,
): void {
  const told = Number(request.headers['content-length'])
  const expected = Number.isNaN(told) ? undefined : told
  let length = 0
  let isOver = false

  function end(error?: Error): void {
    if (isOver) return
    isOver = true
    const { ownBody } = request
    if (error) ownBody?.fill(0)
    else request.ownBody = ownBody?.subarray(0, length) ?? null
    done(error)
  }
  function take(piece: Buffer): void {
    if (!isOver && length + piece.length > limit) end(tooLarge(limit))
    if (!isOver) {
      request.ownBody = withRoom(request.ownBody, length, length + piece.length)
      piece.copy(request.ownBody, length)
      length += piece.length
    }
    piece.fill(0)
  }

  if (expected !== undefined && expected > limit) {
    end(tooLarge(limit))
    return
  }
  if (expected) request.ownBody = ownBytes(expected)
  payload.on('data', (piece: Buffer | string) => take(typeof piece === 'string' ? Buffer.from(piece) : piece))
  payload.once('error', (error: Error) => end(Object.assign(error, { statusCode: 400 })))
  payload.once('end', () =>
    end(expected === undefined || expected === length ? undefined : new FST_ERR_CTP_INVALID_CONTENT_LENGTH()),
  )
}

const tooLarge = (limit: number) =>
  new Problem('body-too-large', `The request body is too large. The limit is ${sizeText(limit)}.`)

const sizeText = (bytes: number): string => (bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`)

/** The same bytes, in a buffer that is large enough; the one that was not is overwritten. */
function withRoom(body: Buffer | null, length: number, needed: number): Buffer {
  if (body && body.length >= needed) return body
  const larger = ownBytes(Math.max(needed, firstBytes, (body?.length ?? 0) * 2))
  body?.copy(larger, 0, 0, length)
  body?.fill(0)
  return larger
}
