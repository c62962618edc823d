import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../read-pages.ts'

/** What of OpenAPI 3.1 the reference shows. */
export interface Document {
  readonly servers: readonly { readonly url: string }[]
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly webhooks?: Readonly<Record<string, PathItem>>
  readonly components?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly security?: readonly Readonly<Record<string, unknown>>[]
}

type PathItem = Readonly<Record<string, unknown>>

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: Body | Reference
  readonly responses: Readonly<Record<string, Response | Reference>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required?: boolean
  readonly description?: string
  readonly schema?: Schema
  readonly example?: unknown
}

export interface Body {
  readonly description?: string
  readonly content?: Readonly<Record<string, Media>>
}

export interface Response extends Body {
  readonly description: string
}

export interface Media {
  readonly schema?: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example | Reference>>
}

export interface Example {
  readonly summary?: string
  readonly value?: unknown
}

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
}

interface Reference {
  readonly $ref: string
}

export const readDocument = (): Document =>
  JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as Document

/** What stands behind a reference, or the thing itself. */
export function resolve<Thing extends object>(document: Document, thing: Thing | Reference): Thing {
  if (!('$ref' in thing) || typeof thing.$ref !== 'string') return thing as Thing
  const [, , kind = '', name = ''] = thing.$ref.split('/')
  const found = document.components?.[kind]?.[name]
  if (found === undefined) throw new Error(`docs/openapi.json has no ${thing.$ref}`)
  return found as Thing
}

export interface Placed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

const methods = ['get', 'put', 'post', 'patch', 'delete']

/** Every operation, with the path that a host is asked for. */
export function operationsOf(document: Document): readonly Placed[] {
  const [server] = document.servers
  const prefix = new URL(server?.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '')
  return placedIn(document.paths, prefix)
}

/** What is sent to programs: each has the name of its event instead of a path. */
export const webhooksOf = ({ webhooks = {} }: Document): readonly Placed[] => placedIn(webhooks, '')

const placedIn = (items: Readonly<Record<string, PathItem>>, prefix: string): readonly Placed[] =>
  Object.entries(items).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .map((method) => ({ method, path: `${prefix}${path}`, operation: item[method] as Operation })),
  )
