import type { TObject, TSchema } from 'typebox'

/** One part of what programs may call, as the description of the API (OpenAPI 3.1) is made of it. */
export interface ApiPart {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  /** Which of a region's hosts serves it. */
  readonly host: ApiHost
  readonly securitySchemes?: Readonly<Record<string, object>>
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>
  /** What Tonegate sends to programs, by name. */
  readonly webhooks?: Readonly<Record<string, Operation>>
}

/** The hosts of a region: `https://nam.<domain>`, `https://nam.api.<domain>`, `https://nam.pay.<domain>`. */
export type ApiHost = 'identity' | 'api' | 'payment'

export type Method = 'get' | 'put' | 'post' | 'delete'

/**
 * What may be called in one way. A schema with a `title` is written once, under that name, and referred to wherever it
 * stands, so the same title never means two schemas.
 */
export interface Operation {
  /** camelCase; client generators name a function after it. */
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description: string
  /** Each is a way in: scheme → scopes. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  /** Parameters are the members of an object; their `description` and `examples` are shown. */
  readonly path?: TObject
  readonly query?: TObject
  readonly headers?: TObject
  readonly body?: Body
  /** By status. */
  readonly answers: Answers
}

export interface Body {
  readonly description: string
  /** Unless it says so, a body may be left out. */
  readonly required: boolean
  readonly content: Content
}

export type Answers = Readonly<Record<number, Answer>>

export interface Answer {
  readonly description: string
  readonly headers?: readonly HeaderName[]
  readonly content?: Content
}

/** By media type. */
export type Content = Readonly<Record<string, Media>>

export interface Media {
  readonly schema: TSchema
  readonly examples: Readonly<Record<string, Example>>
}

export interface Example {
  readonly summary: string
  readonly value: unknown
  /** One that many answers have is written once, under this name, and referred to. */
  readonly sharedAs?: string
}

export type HeaderName = keyof typeof answerHeaders

/** What answers carry beside their bodies. */
export const answerHeaders = {
  'X-Request-Id': {
    description: 'The id of the request in the server’s log. Send your own in the same header.',
    schema: { type: 'string', maxLength: 64 },
    example: '01996f2e-8f0b-7c1d-9f5e-2b7f0c9d4e11',
  },
  'Retry-After': {
    description: 'The seconds to wait before the request is sent again.',
    schema: { type: 'integer', minimum: 0 },
    example: 5,
  },
  RateLimit: {
    description: 'How many requests are left (`r`), and the seconds until all of them are there again (`t`).',
    schema: { type: 'string' },
    example: '"default";r=9;t=1',
  },
  'RateLimit-Policy': {
    description: 'How many requests (`q`) may be sent in how many seconds (`w`).',
    schema: { type: 'string' },
    example: '"default";q=10;w=1',
  },
  'WWW-Authenticate': {
    description: 'How to authenticate, and what was wrong (RFC 6750 §3).',
    schema: { type: 'string' },
    example: 'Bearer error="invalid_token"',
  },
  Location: {
    description: 'Where the browser is sent.',
    schema: { type: 'string', format: 'uri-reference' },
    example: 'https://app.shop.example/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj',
  },
} as const satisfies Record<string, object>
