import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { WrongMember } from '../../base/problem.ts'
import { platformKinds } from '../../calls/platforms/platform.ts'
import { signingAlgorithms } from '../../identity/keys/algorithms.ts'
import { scopes } from '../../identity/scopes.ts'
import { licences } from '../commands/people/create-user.ts'
import { flows } from '../input/client-options.ts'

const strict = { additionalProperties: false }
const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Union(values.map((value) => Type.Literal(value)))
const optionalTexts = Type.Optional(Type.Array(Type.String()))

/** A secret, which stands elsewhere. */
const given = Type.Union([
  Type.Object({ fromEnvironment: Type.String() }, strict),
  Type.Object({ fromFile: Type.String() }, strict),
])

const client = Type.Object(
  {
    name: Type.String(),
    public: Type.Optional(Type.Boolean()),
    flows: Type.Array(oneOf(flows)),
    scopes: Type.Array(oneOf(scopes)),
    redirectUris: optionalTexts,
    postLogoutRedirectUris: optionalTexts,
    allowedOrigins: optionalTexts,
    publicKeys: Type.Optional(Type.Array(Type.Unknown())),
    dpop: Type.Optional(Type.Boolean()),
    shared: Type.Optional(Type.Boolean()),
    idTokenAlgorithm: Type.Optional(oneOf(signingAlgorithms)),
    accessTokenAlgorithm: Type.Optional(oneOf(signingAlgorithms)),
  },
  strict,
)

const user = Type.Object(
  {
    username: Type.String(),
    licence: oneOf(licences),
    displayName: Type.Optional(Type.String()),
    agentId: Type.Optional(Type.String()),
    password: Type.Optional(given),
  },
  strict,
)

const platform = Type.Object(
  {
    name: Type.String(),
    kind: Type.Optional(oneOf(platformKinds)),
    controlUrl: Type.Optional(Type.String()),
    urls: optionalTexts,
    strict: Type.Optional(Type.Boolean()),
    prompts: Type.Optional(Type.String()),
  },
  strict,
)

const providerClient = Type.Object(
  {
    clientId: Type.String(),
    tenantName: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
    anyUsername: Type.Optional(Type.Boolean()),
    secret: Type.Optional(given),
  },
  strict,
)

const list = <T extends Parameters<typeof Type.Array>[0]>(items: T) => Type.Optional(Type.Array(items))

const account = Type.Object(
  {
    name: Type.String(),
    production: Type.Optional(Type.Boolean()),
    number: Type.Optional(Type.Integer({ minimum: 1, maximum: 999_999_999 })),
    secrets: list(Type.Object({ name: Type.String(), value: given }, strict)),
    webhookSecrets: list(Type.String()),
    gateways: list(
      Type.Object({ name: Type.String(), kind: Type.String(), settings: Type.Unknown() }, strict),
    ),
    configurations: list(Type.Unknown()),
    clients: list(client),
    users: list(user),
    platforms: list(platform),
    providerClients: list(providerClient),
    providerFlows: list(Type.Unknown()),
  },
  strict,
)

const document = Type.Object({ accounts: Type.Array(account, { minItems: 1 }) }, strict)
const check = Compile(document)

export type DeclaredSecret = Static<typeof given>
export type DeclaredAccount = Static<typeof account>
export type DeclaredClient = Static<typeof client>
export type DeclaredUser = Static<typeof user>
export type DeclaredProviderClient = Static<typeof providerClient>
export type ApplyDocument = Static<typeof document>

/** Whether it has the form of a document. What its members mean is looked at afterwards. */
export const isDocument = (value: unknown): value is ApplyDocument => check.Check(value)

/** What keeps a value from being a document; each member by its path. */
export function documentFaults(value: unknown): readonly WrongMember[] {
  const found = check.Errors(value).flatMap(({ instancePath, keyword, params, message }): WrongMember[] => {
    if ('requiredProperties' in params)
      return (params.requiredProperties as readonly string[]).map((name) => ({
        path: `${instancePath}/${name}`,
        message: 'is missing',
      }))
    if ('additionalProperties' in params)
      return (params.additionalProperties as readonly string[]).map((name) => ({
        path: `${instancePath}/${name}`,
        message: 'is not known',
      }))
    if (keyword === 'boolean') return []
    return [{ path: instancePath || '/', message: wanted(instancePath) ?? message }]
  })
  const messages = new Map(found.map((each) => [each.path, each] as const))
  return [...messages.values()]
}

/** What the schema says of choices would be said of each of them. */
function wanted(path: string): string | undefined {
  const [, member = ''] = /\/(\w+)(?:\/\d+)?(?:\/from(?:Environment|File))?$/.exec(path) ?? []
  if (member === 'password' || member === 'value' || member === 'secret')
    return 'must be {"fromEnvironment": "NAME"} or {"fromFile": "PATH"}: a secret does not stand in this file'
  if (/\/platforms\/\d+\/kind$/.test(path)) return `must be one of ${platformKinds.join(', ')}`
  const choices: Readonly<Record<string, readonly string[]>> = {
    ...{ flows, scopes, licence: licences },
    ...{ idTokenAlgorithm: signingAlgorithms, accessTokenAlgorithm: signingAlgorithms },
  }
  return Object.hasOwn(choices, member) ? `must be one of ${choices[member]?.join(', ')}` : undefined
}
