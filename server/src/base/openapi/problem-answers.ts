import { Type } from 'typebox'
import { type ProblemCode, problems } from '../problem.ts'
import type { Answer, Answers, Example, HeaderName } from './api-part.ts'
import { exampleOrigins } from './example-region.ts'

/** RFC 9457, with `message` for older clients (contract/payment-api §6). */
const problemSchema = Type.Object(
  {
    type: Type.String({
      format: 'uri',
      description: 'The kind of error, as the address of a page that explains it.',
    }),
    title: Type.String({ description: 'The kind of error in words, the same for all of a kind.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What is wrong with this request.' }),
    instance: Type.String({ description: 'The path of the request.' }),
    message: Type.String({ description: 'The same as detail.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({ description: 'Where it is in the body.', examples: ['/paymentData/Amount'] }),
            message: Type.String({ description: 'What is wrong with it.' }),
          },
          { title: 'InvalidMember', description: 'An invalid member of a request.' },
        ),
        { description: 'Each invalid member, with its path.' },
      ),
    ),
    sessionGuid: Type.Optional(
      Type.String({
        format: 'uuid',
        description: 'The open session of the call, if that is the error.',
      }),
    ),
    gatewayCode: Type.Optional(
      Type.String({ description: 'The gateway’s reason, if the gateway refused the operation.' }),
    ),
    id: Type.Optional(
      Type.String({ description: 'Of an internal error: the id to find it by in the server’s log.' }),
    ),
  },
  {
    title: 'Problem',
    description: 'An error (RFC 9457). More members may be added; `type` tells the errors apart.',
  },
)

/** What an operation may be refused with: an answer for each status, with an example for each code. */
export function problemAnswers(...codes: readonly ProblemCode[]): Answers {
  const byStatus = Map.groupBy(codes, (code) => problems[code].status)
  return Object.fromEntries([...byStatus].map(([status, of]) => [status, answerOf(status, of)]))
}

/** What any operation may be refused with, whoever calls it. */
export const anyProblems = ['internal-error', 'overloaded', 'storage-unavailable'] as const

function answerOf(status: number, codes: readonly ProblemCode[]): Answer {
  return {
    description: codes.map((code) => `\`${code}\`: ${problems[code].title}.`).join('\n\n'),
    headers: ['X-Request-Id', ...(headersOf[status] ?? [])],
    content: {
      'application/problem+json': {
        schema: problemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])),
      },
    },
  }
}

const headersOf: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  403: ['WWW-Authenticate'],
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
}

function exampleOf(code: ProblemCode): Example {
  const entry: { status: number; title: string; type?: string } = problems[code]
  const detail = `${entry.title}.`
  return {
    sharedAs: code,
    summary: entry.title,
    value: {
      type: entry.type ?? `${exampleOrigins.api}/globalpci/errors#${code}`,
      title: entry.title,
      status: entry.status,
      detail,
      instance: '/globalpci/v1/session',
      message: detail,
    },
  }
}
