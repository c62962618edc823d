import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { currencies } from '../base/currencies.ts'
import { languages } from '../base/languages.ts'
import type { WrongMember } from '../base/problem.ts'
import { agentWordsKeys } from '../vault/agent-words.ts'
import { purposes, securityCodePolicies, usualFlow } from '../vault/launch.ts'
import { promptKeys } from '../vault/prompts.ts'
import { faultInVariable } from '../vault/result-variables.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { faultsInResultKeys, resultKeysSchema } from './own-result-keys.ts'
import {
  providerFaults,
  providerTakes,
  withUsualProvider,
  writtenProvider,
} from './remote-provider/provider-settings.ts'
import { resultTemplateNames } from './result-template.ts'
import { webhookFaults, webhookTakes, withUsualWebhook, writtenWebhook } from './webhooks/webhook-settings.ts'

const day = 24 * 3600
const seconds = (usual: number, [least, most]: readonly [number, number]) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: most, default: usual }))
const strict = { additionalProperties: false }

/** What PostgreSQL calls an integer. */
const greatestId = 2 ** 31 - 1

/** No control characters. */
const printable = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'

/** A source of a Content-Security-Policy, and nothing that could end it and begin another directive. */
const frameAncestor = '^https?://(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*(:(\\d{1,5}|\\*))?$'

const sourceOfPages = Type.String({ pattern: frameAncestor, maxLength: 255 })

const spoken = Type.Optional(Type.String({ minLength: 1, maxLength: 300, pattern: printable }))

/** The configuration's own texts: by language, then by what is said. */
const textsBy = (keys: readonly string[]) => {
  const texts = Type.Object(Object.fromEntries(keys.map((key) => [key, spoken])), strict)
  return Type.Optional(
    Type.Object(Object.fromEntries(languages.map((name) => [name, Type.Optional(texts)])), strict),
  )
}

/** An account configuration as an operator writes it: what has a usual value may be left out. */
const writtenConfiguration = Type.Object(
  {
    id: Type.Integer({ minimum: 0, maximum: greatestId }),
    name: Type.String({ minLength: 1, maxLength: 100, pattern: printable }),
    resultTemplate: Type.Enum([...resultTemplateNames]),
    resultKeys: resultKeysSchema,
    defaultCurrency: Type.String({ pattern: '^[A-Z]{3}$' }),
    agentAssistLifetimeSeconds: seconds(3600, [60, day]),
    digitalLifetimeSeconds: seconds(3 * day, [60, 30 * day]),
    digitalIdleSeconds: seconds(3 * day, [60, 30 * day]),
    flow: Type.Object(
      {
        gateway: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
        merchantName: Type.String({ minLength: 1, maxLength: 100, pattern: printable }),
        frameAncestors: Type.Array(sourceOfPages, { minItems: 1, maxItems: 20 }),
        stateMessages: Type.Optional(Type.Array(sourceOfPages, { maxItems: 20 })),
        resultMessage: Type.Optional(
          Type.Record(
            Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,100}$' }),
            Type.String({ maxLength: 1000 }),
            { ...strict, minProperties: 1, maxProperties: 50 },
          ),
        ),
        purpose: Type.Optional(Type.Enum([...purposes])),
        lateApproval: Type.Optional(Type.Enum(['record', 'void'])),
        cancelAfterwards: Type.Optional(Type.Enum(['refuse', 'void'])),
        gatewayTimeoutSeconds: seconds(10, [1, 120]),
        brands: Type.Optional(Type.Array(Type.String(), { maxItems: 20 })),
        securityCode: Type.Optional(Type.Enum([...securityCodePolicies])),
        confirmByKeypad: Type.Optional(Type.Boolean()),
        attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
        firstDigitSeconds: seconds(20, [1, 300]),
        interDigitSeconds: seconds(8, [1, 60]),
        slowModeMilliseconds: Type.Optional(Type.Integer({ minimum: 50, maximum: 5000 })),
        showLast4: Type.Optional(Type.Boolean()),
        idleSeconds: seconds(900, [1, day]),
        language: Type.Optional(Type.Enum([...languages])),
        sendLink: Type.Optional(Type.Enum(['never', 'sms', 'email'])),
        challengeSeconds: seconds(600, [60, 1800]),
        texts: Type.Optional(
          Type.Object({ agentWords: textsBy(agentWordsKeys), prompts: textsBy(promptKeys) }, strict),
        ),
      },
      strict,
    ),
    webhook: Type.Optional(writtenWebhook),
    provider: Type.Optional(writtenProvider),
  },
  strict,
)

type WrittenConfiguration = Static<typeof writtenConfiguration>

const check = Compile(writtenConfiguration)

/**
 * Reads an account configuration that an operator wrote.
 *
 * @param brands those that the vault knows.
 * @param mode in the sandbox a provider may be on this machine.
 * @returns the configuration with its usual values filled in, or each wrong member by its path.
 */
export function readConfiguration(
  value: unknown,
  brands: ReadonlySet<string>,
  mode: 'sandbox' | 'production' = 'production',
): { readonly configuration: AccountConfiguration } | { readonly faults: readonly WrongMember[] } {
  if (!check.Check(value)) return { faults: wrongMembers(value) }
  const faults: WrongMember[] = []
  if (!currencies.has(value.defaultCurrency)) {
    faults.push({ path: '/defaultCurrency', message: 'is not a currency of ISO 4217' })
  }
  for (const [index, brand] of (value.flow.brands ?? []).entries()) {
    if (brands.has(brand)) continue
    faults.push({ path: `/flow/brands/${index}`, message: `takes ${[...brands].join(', ')}` })
  }
  for (const [name, text] of Object.entries(value.flow.resultMessage ?? {})) {
    const fault = faultInVariable(text)
    if (fault !== undefined) faults.push({ path: `/flow/resultMessage/${name}`, message: fault })
  }
  faults.push(...faultsInResultKeys(value.resultKeys ?? {}))
  if (value.webhook) faults.push(...webhookFaults(value.webhook))
  if (value.provider) faults.push(...providerFaults(value.provider, mode))
  return faults.length > 0 ? { faults } : { configuration: withUsualValues(value) }
}

/** An account configuration with what it leaves out as it usually is; also one that an older version wrote. */
export function withUsualValues({
  flow,
  webhook,
  provider,
  ...written
}: WrittenConfiguration): AccountConfiguration {
  return {
    agentAssistLifetimeSeconds: 3600,
    digitalLifetimeSeconds: 3 * day,
    digitalIdleSeconds: 3 * day,
    ...written,
    flow: {
      gatewayTimeoutSeconds: 10,
      brands: [],
      confirmByKeypad: true,
      attempts: 3,
      firstDigitSeconds: 20,
      interDigitSeconds: 8,
      slowModeMilliseconds: 400,
      showLast4: true,
      idleSeconds: 900,
      ...usualFlow,
      ...flow,
    },
    ...(webhook && { webhook: withUsualWebhook(webhook) }),
    ...(provider && { provider: withUsualProvider(provider) }),
  }
}

function wrongMembers(value: unknown): readonly WrongMember[] {
  return check.Errors(value).flatMap(({ instancePath, keyword, params, message }): WrongMember[] => {
    if (keyword === 'required' && 'requiredProperties' in params) {
      return params.requiredProperties.map((name) => ({
        path: `${instancePath}/${name}`,
        message: 'is missing',
      }))
    }
    if (keyword === 'additionalProperties' && 'additionalProperties' in params) {
      return params.additionalProperties.map((name) => ({
        path: `${instancePath}/${name}`,
        message: 'is not a member of an account configuration',
      }))
    }
    if (keyword === 'boolean') return []
    const inWords = keyword === 'pattern' || keyword === 'enum' ? wanted(instancePath) : undefined
    return [{ path: instancePath || '/', message: inWords ?? message }]
  })
}

const controlCharacters = 'has control characters'

/** What members take whose pattern says little to who reads it, by the beginning of their path. */
const takes: readonly (readonly [string, string])[] = [
  ['/resultTemplate', `takes ${resultTemplateNames.join(', ')}`],
  ['/defaultCurrency', 'takes a code of ISO 4217 such as USD'],
  ['/name', controlCharacters],
  ['/flow/gateway', 'takes the name of a gateway: small letters, digits and hyphens'],
  ['/flow/merchantName', controlCharacters],
  ['/flow/frameAncestors/', 'takes an origin such as https://desk.example.com'],
  ['/flow/stateMessages/', 'takes an origin such as https://desk.example.com'],
  ['/flow/purpose', `takes ${purposes.join(', ')}`],
  ['/flow/lateApproval', 'takes record or void'],
  ['/flow/cancelAfterwards', 'takes refuse or void'],
  ['/flow/securityCode', `takes ${securityCodePolicies.join(', ')}`],
  ['/flow/language', `takes ${languages.join(', ')}`],
  ['/flow/sendLink', 'takes never, sms or email'],
  ['/flow/texts/', controlCharacters],
  ...webhookTakes,
  ...providerTakes,
]

const wanted = (path: string): string | undefined =>
  takes.find(([beginning]) => path.startsWith(beginning))?.[1]
