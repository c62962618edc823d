import {
  type DescribedExample,
  type DescribedOperation,
  description,
  exampleOf,
  methods,
} from './test-description.ts'

/** A request to each operation, as the Postman collection and the `.http` file have it; `{{…}}` are variables. */
export interface ExampleRequest {
  readonly operation: DescribedOperation
  readonly folder: string
  readonly method: string
  /** Begins with the variable of its host. */
  readonly url: string
  readonly query: readonly Field[]
  readonly headers: readonly Field[]
  readonly body?: { readonly form: readonly Field[] } | { readonly json: string }
  /** The variable that holds its access token; none where there is no need. */
  readonly token?: string
  /** What its answer is kept as: variable → member. */
  readonly keeps?: { readonly variable: string; readonly member: string }
}

export interface Field {
  readonly name: string
  readonly value: string
  readonly description: string
  readonly isNeeded: boolean
}

/** What a user fills in, and what requests keep for one another. */
export const variables: Readonly<Record<string, string>> = {
  baseUrl: 'http://localhost:8080',
  clientId: '',
  clientSecret: '',
  authUrl: '{{baseUrl}}',
  paymentUrl: '{{baseUrl}}',
  platformKey: '',
  providerTenantName: '',
  providerUsername: '',
  providerClientId: '',
  providerClientSecret: '',
  tenantId: '1',
  callGuid: '01996f2e-7a10-7e6b-b1c2-0d9e8f7a6b5c',
  commandId: '01996f2e-9d21-7b3c-a4d5-1e2f3a4b5c6d',
  reference: 'call-1001',
}

/** What answers are kept as, by the operation. */
const kept: Readonly<Record<string, NonNullable<ExampleRequest['keeps']>>> = {
  requestToken: { variable: 'accessToken', member: 'access_token' },
  createSession: { variable: 'sessionGuid', member: 'sessionGuid' },
  createDigitalSession: { variable: 'digitalSessionGuid', member: 'sessionGuid' },
  requestProviderToken: { variable: 'providerToken', member: 'access_token' },
  launchSession: { variable: 'providerSessionId', member: 'Id' },
}

/** The variable of a parameter in a path, where it has not the same name. */
const pathVariables: Readonly<Record<string, string>> = {
  'resendLink sessionGuid': 'digitalSessionGuid',
  'cancelSession sessionGuid': 'digitalSessionGuid',
  id: 'providerSessionId',
}

/** Members of forms that are filled in. */
const formVariables: Readonly<Record<string, string>> = {
  client_id: 'clientId',
  client_secret: 'clientSecret',
  'introspectToken token': 'accessToken',
  'requestProviderToken client_id': 'providerClientId',
  'requestProviderToken client_secret': 'providerClientSecret',
  'requestProviderToken tenantname': 'providerTenantName',
  'requestProviderToken username': 'providerUsername',
}

/** The example of a body that is sent; the first one unless said. */
const chosen: Readonly<Record<string, string>> = { createSession: 'test', refundPayment: 'part' }

const tokens: Readonly<Record<string, string>> = {
  oauth2: 'accessToken',
  platformKey: 'platformKey',
  providerToken: 'providerToken',
}

const named = (names: Readonly<Record<string, string>>, { operationId }: DescribedOperation, name: string) =>
  names[`${operationId} ${name}`] ?? names[name]

const folders = ['Tokens', 'Sign-in', 'Discovery', 'Sessions', 'Payments', 'Calls', 'Provider']
const folderOrder = ({ folder }: ExampleRequest): number => (folders.indexOf(folder) + 100) % 100

const ends = ({ method, operation }: ExampleRequest): boolean =>
  method === 'DELETE' || operation.operationId === 'revokeToken'

/** One for each operation of programs, in an order in which they can be sent: what ends something comes last. */
export const exampleRequests: readonly ExampleRequest[] = Object.entries(description.paths)
  .flatMap(([path, item]) =>
    Object.keys(item)
      .filter((key) => methods.some((method) => method === key))
      .map((method) => ({ path, method, operation: item[method] as DescribedOperation })),
  )
  .filter(({ operation }) => !isForBrowsers(operation))
  .map(({ path, method, operation }) => requestOf(path, method, operation))
  .sort((one, other) => folderOrder(one) - folderOrder(other) || Number(ends(one)) - Number(ends(other)))

/** Pages are for people, and streams have no end. */
function isForBrowsers({ responses }: DescribedOperation): boolean {
  const types = Object.keys(responses['200']?.content ?? {})
  return types.some((type) => type === 'text/html' || type === 'text/event-stream')
}

function requestOf(path: string, method: string, operation: DescribedOperation): ExampleRequest {
  const { operationId, tags, parameters = [], security } = operation
  const token = security.flatMap((each) => Object.keys(each)).find((scheme) => scheme in tokens)
  const fields = (place: 'query' | 'header') =>
    parameters
      .filter((each) => each.in === place)
      .map((each) => ({
        name: each.name,
        value: String(each.example ?? ''),
        description: each.description,
        isNeeded: each.required,
      }))
  const body = bodyOf(operation)
  const keeps = kept[operationId]
  return {
    operation,
    folder: tags[0],
    method: method.toUpperCase(),
    url: `{{${hostOf(path)}}}${path.replace(
      /\{(\w+)\}/g,
      (_, name: string) => `{{${named(pathVariables, operation, name) ?? name}}}`,
    )}`,
    query: fields('query'),
    headers: fields('header'),
    ...(body && { body }),
    ...(token && { token: tokens[token] ?? '' }),
    ...(keeps && { keeps }),
  }
}

function hostOf(path: string): string {
  if (/^\/(?:auth|\.well-known\/oauth-authorization-server)\b/.test(path)) return 'authUrl'
  return /^\/(?:calls|api)\//.test(path) ? 'paymentUrl' : 'baseUrl'
}

function bodyOf(operation: DescribedOperation): ExampleRequest['body'] {
  const [mediaType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  if (!media) return undefined
  const name = chosen[operation.operationId] ?? Object.keys(media.examples)[0] ?? ''
  const { value } = exampleOf(media.examples[name] as DescribedExample)
  if (mediaType === 'application/json') return { json: JSON.stringify(value, null, 2) }
  const form = Object.entries(value as Readonly<Record<string, string>>).map(([member, text]) => {
    const variable = named(formVariables, operation, member)
    return { name: member, value: variable ? `{{${variable}}}` : text, description: '', isNeeded: true }
  })
  return { form }
}
