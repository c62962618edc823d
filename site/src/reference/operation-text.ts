import {
  type Body,
  type Document,
  type Example,
  type Media,
  type Parameter,
  type Placed,
  type Response,
  resolve,
} from './openapi-document.ts'
import { cell, inProse, schemaRows, table } from './schema-rows.ts'

/** What “try it” sends: the script of the page finds it in the head of the page’s text. */
export interface TriedOperation {
  readonly method: string
  readonly path: string
  /**
   * `globalpci`, `platform`, `provider`: the sandbox’s own program has a token or a key for it. `client`: that program’s id and
   * secret are in the body. `user`: the one who tries brings the token of a user.
   */
  readonly access: 'globalpci' | 'platform' | 'provider' | 'client' | 'user' | 'none'
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly example: string
  }[]
  readonly body?: { readonly mediaType: string; readonly example: string }
  /** The answer is a page, for a browser to open. */
  readonly showsPage?: true
  /** The answer comes piece by piece, and may have no end. */
  readonly isStream?: true
  /** Its session needs an approved payment. */
  readonly needsPayment?: true
}

/** The section of an operation. */
export function operationText(
  document: Document,
  placed: Placed,
  { isTried }: { readonly isTried: boolean },
): string {
  const { method, path, operation } = placed
  const body = operation.requestBody && resolve<Body>(document, operation.requestBody)
  return [
    `<div id="${operation.operationId.toLowerCase()}"></div>`,
    `## ${operation.summary}`,
    `<p class="endpoint"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path.replaceAll(/([{}])/g, '<span>$1</span>')}</code></p>`,
    inProse(operation.description ?? ''),
    accessText(placed.operation.security ?? document.security ?? []),
    parametersText(document, placed),
    body ? bodyText(document, 'Body', body) : '',
    responsesText(document, placed),
    isTried ? `<TryIt operation="${operation.operationId}" />` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

function accessText(security: Placed['operation']['security']): string {
  const all = (security ?? []).flatMap((each) => Object.entries(each))
  const needed = all.map(([name, scopes]) =>
    name === 'oauth2' ? `an access token with the scope \`${scopes}\`` : (credentials[name] ?? name),
  )
  return needed.length === 0 ? '' : `Needs ${needed.join(', or ')}.`
}

const credentials: Readonly<Record<string, string>> = {
  clientBasic: 'the client’s id and secret',
  platformKey: 'the key of the phone platform',
  providerToken: 'an access token of `/api/v1/token`',
}

function parametersText(document: Document, { operation }: Placed): string {
  const rows = parametersOf(document, operation.parameters).map(
    ({ name, in: place, required, description }) => [
      `\`${name}\``,
      place,
      cell([required && place !== 'path' ? '**Required.**' : '', description ?? '']),
    ],
  )
  return rows.length === 0 ? '' : `### Parameters\n\n${table(['name', 'in', 'meaning'], rows)}`
}

const parametersOf = (document: Document, parameters: Placed['operation']['parameters'] = []) =>
  parameters.map((each) => resolve<Parameter>(document, each))

function bodyText(document: Document, heading: string, { content = {}, description }: Body): string {
  return Object.entries(content)
    .map(([mediaType, media]) => {
      const rows = schemaRows(document, media.schema ?? {}).map(({ member, type, meaning }) => [
        member,
        cell([type]),
        meaning,
      ])
      return [
        `### ${heading}`,
        `${inProse(description ?? '')} \`${mediaType}\``.trim(),
        table(['member', 'type', 'meaning'], rows),
        ...examplesText(document, media),
      ]
        .filter(Boolean)
        .join('\n\n')
    })
    .join('\n\n')
}

function examplesText(document: Document, media: Media): readonly string[] {
  return examplesOf(document, media)
    .slice(0, 3)
    .map(({ summary, value }) => {
      const shown =
        typeof value === 'string' ? `\`\`\`text\n${value}` : `\`\`\`json\n${JSON.stringify(value, null, 2)}`
      return `${summary ? `${summary}:\n\n` : ''}${shown}\n\`\`\``
    })
}

function examplesOf(document: Document, { example, examples = {} }: Media): readonly Example[] {
  const named = Object.values(examples).map((each) => resolve<Example>(document, each))
  return example === undefined ? named : [{ value: example }, ...named]
}

function responsesText(document: Document, { operation }: Placed): string {
  const all = Object.entries(operation.responses).map(
    ([status, response]) => [status, resolve<Response>(document, response)] as const,
  )
  const [good, bad] = [all.filter(([status]) => status < '4'), all.filter(([status]) => status >= '4')]
  const errors = bad.map(([status, { description }]) => [status, cell([linked(description, status)])])
  return [
    ...good.map(([status, response]) =>
      response.content
        ? bodyText(document, `Answer ${status}`, response)
        : `### Answer ${status}\n\n${inProse(response.description)}`,
    ),
    errors.length === 0 ? '' : `### Errors\n\n${table(['status', 'why'], errors)}`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

/** The codes of problems lead to the page that explains them. */
const linked = (text: string, status: string): string =>
  text.replaceAll(/^`([a-z-]+)`(?=:)/gm, (_, code) => `[\`${code}\`](/errors#${code}-${status})`)

/** @returns what “try it” needs to send the operation. */
export function triedOperation(document: Document, { method, path, operation }: Placed): TriedOperation {
  const body = operation.requestBody && resolve<Body>(document, operation.requestBody)
  const [mediaType, media] = Object.entries(body?.content ?? {})[0] ?? []
  const answer = operation.responses['200'] && resolve<Response>(document, operation.responses['200'])
  return {
    method,
    path,
    access: accessOf(operation.security ?? document.security ?? []),
    parameters: parametersOf(document, operation.parameters).map(
      ({ name, in: place, required = false, example }) => ({
        name,
        in: place,
        required,
        example: place === 'path' || required ? String(example ?? '') : '',
      }),
    ),
    ...(mediaType && media && { body: { mediaType, example: tried(document, mediaType, media) } }),
    ...(answer?.content?.['text/html'] && { showsPage: true }),
    ...(answer?.content?.['text/event-stream'] && { isStream: true }),
    ...(operation.tags.includes('Payments') && { needsPayment: true }),
  }
}

function accessOf(security: NonNullable<Placed['operation']['security']>): TriedOperation['access'] {
  const schemes = Object.assign({}, ...security)
  if (schemes.oauth2) return schemes.oauth2.includes('globalpci') ? 'globalpci' : 'user'
  if (schemes.platformKey) return 'platform'
  if (schemes.providerToken) return 'provider'
  return schemes.clientBasic ? 'client' : 'none'
}

/** Of several examples, the one that works without a call. */
function tried(document: Document, mediaType: string, media: Media): string {
  const [first] = examplesOf(document, media)
  const test = media.examples?.test && resolve<Example>(document, media.examples.test)
  const value = (test ?? first)?.value ?? {}
  if (mediaType.includes('form-urlencoded'))
    return new URLSearchParams(value as Record<string, string>).toString()
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
