import { agentWordsKeys } from '@tonegate/protocol/agent-words'
import { securityCodePolicies } from '@tonegate/protocol/card/security-code-policy'
import { languages } from '@tonegate/protocol/languages'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { currencies } from '../../base/money/currencies.ts'
import type { WrongMember } from '../../base/problem.ts'
import { defaultFlow, keptCardPolicies, purposes } from '../../vault/model/launch.ts'
import { promptKeys } from '../../vault/model/prompt-keys.ts'
import { faultInVariable } from '../../vault/model/result-variables.ts'
import { faultsInResultKeys, resultKeysSchema } from '../results/own-result-keys.ts'
import { resultTemplateNames } from '../results/result-template.ts'
import type { AccountConfiguration } from './account-configuration.ts'
import { providerFaults, providerTakes, withProviderDefaults, writtenProvider } from './provider-settings.ts'
import { webhookFaults, webhookTakes, withWebhookDefaults, writtenWebhook } from './webhook-settings.ts'

const day = 24 * 3600
const seconds = ([least, most]: readonly [number, number], description: string) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: most, description }))
const meaning = (description: string) => ({ description })
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
const textsBy = (keys: readonly string[], description: string) => {
  const texts = Type.Object(Object.fromEntries(keys.map((key) => [key, spoken])), strict)
  return Type.Optional(
    Type.Object(Object.fromEntries(languages.map((name) => [name, Type.Optional(texts)])), {
      ...strict,
      description,
    }),
  )
}

/**
 * An account configuration as an operator writes it: what has a usual value may be left out. The descriptions are those of
 * docs/configuration.md.
 */
export const configurationSchema = Type.Object(
  {
    id: Type.Integer({
      minimum: 0,
      maximum: greatestId,
      ...meaning('The `accountConfigurationId` of sessions; the default is 0.'),
    }),
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: printable,
      ...meaning('A name for people; shown only in lists.'),
    }),
    resultTemplate: Type.Enum(
      [...resultTemplateNames],
      meaning('The [result template](result-templates.md): the names of the members of `paymentResultData`.'),
    ),
    resultKeys: resultKeysSchema,
    defaultCurrency: Type.String({
      pattern: '^[A-Z]{3}$',
      ...meaning('The currency (ISO 4217) of requests without one.'),
    }),
    agentAssistLifetimeSeconds: seconds([60, day], 'How long a session on a call may last in total.'),
    digitalLifetimeSeconds: seconds([60, 30 * day], 'How long the link of a digital session is valid.'),
    digitalIdleSeconds: seconds(
      [60, 30 * day],
      'How long a digital session may be idle before it times out.',
    ),
    flow: Type.Object(
      {
        gateway: Type.String({
          pattern: '^[a-z][a-z0-9-]{0,63}$',
          ...meaning('The name of the [gateway](gateways.md) that authorises the cards.'),
        }),
        merchantName: Type.String({
          minLength: 1,
          maxLength: 100,
          pattern: printable,
          ...meaning('The name of the merchant that customers and agents see.'),
        }),
        frameAncestors: Type.Array(sourceOfPages, {
          minItems: 1,
          maxItems: 20,
          ...meaning(
            'The origins that may [frame the agent view](embedding.md), such as `https://desk.example.com`.',
          ),
        }),
        stateMessages: Type.Optional(
          Type.Array(sourceOfPages, {
            maxItems: 20,
            ...meaning('The framing pages that receive [a message on every change](embedding.md).'),
          }),
        ),
        resultMessage: Type.Optional(
          Type.Record(
            Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]{1,100}$' }),
            Type.String({ maxLength: 1000 }),
            {
              ...strict,
              minProperties: 1,
              maxProperties: 50,
              ...meaning(
                'Names and templates of the [message at the end](embedding.md); default: the standard names.',
              ),
            },
          ),
        ),
        purpose: Type.Optional(
          Type.Enum(
            [...purposes],
            meaning(
              'Charge the card, hold the amount until it is captured, verify the card, or get a token for it.',
            ),
          ),
        ),
        lateApproval: Type.Optional(
          Type.Enum(
            ['record', 'void'],
            meaning(
              'What happens to an approval that is found after the session ended as `unknown`: it is kept, or voided or refunded.',
            ),
          ),
        ),
        cancelAfterwards: Type.Optional(
          Type.Enum(
            ['refuse', 'void'],
            meaning('Whether cancelling an ended session voids an authorisation that has not been captured.'),
          ),
        ),
        gatewayTimeoutSeconds: seconds(
          [1, 120],
          'How long to wait for the gateway’s answer; after that the outcome is `unknown`.',
        ),
        brands: Type.Optional(
          Type.Array(Type.String(), {
            maxItems: 20,
            ...meaning(
              'The card types that are accepted, such as `visa`, `mastercard`, `american-express`; an empty list accepts all.',
            ),
          }),
        ),
        keptCards: Type.Optional(
          Type.Enum(
            [...keptCardPolicies],
            meaning(
              'Whether a session may [charge a card that the gateway keeps](payment-data.md#charging-a-kept-card): while the customer is on the phone, or by the merchant alone.',
            ),
          ),
        ),
        securityCode: Type.Optional(
          Type.Enum(
            [...securityCodePolicies],
            meaning('Whether the security code [is asked for](card-entry.md).'),
          ),
        ),
        confirmByKeypad: Type.Optional(
          Type.Boolean(
            meaning(
              'Whether the caller confirms the payment with 1 after the last field, or starts again with 2.',
            ),
          ),
        ),
        attempts: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 10,
            ...meaning('How many wrong entries of a field are allowed before the session ends.'),
          }),
        ),
        firstDigitSeconds: seconds(
          [1, 300],
          'How long to wait for the first key of a field before asking for it again.',
        ),
        interDigitSeconds: seconds(
          [1, 60],
          'How long to wait for the next key before an entry counts as complete.',
        ),
        slowModeMilliseconds: Type.Optional(
          Type.Integer({
            minimum: 50,
            maximum: 5000,
            ...meaning(
              'In slow mode, the same key within this time counts once: for phones that double their tones.',
            ),
          }),
        ),
        recording: Type.Optional(
          Type.Enum(
            ['continue', 'pause'],
            meaning(
              'Whether the phone system is told to [pause the recording of the call](telephony.md#recording) during card entry.',
            ),
          ),
        ),
        showLast4: Type.Optional(
          Type.Boolean(meaning('Whether the agent sees the last four digits of a complete card number.')),
        ),
        idleSeconds: seconds([1, day], 'How long a session on a call may be idle before it times out.'),
        language: Type.Optional(
          Type.Enum(
            [...languages],
            meaning('The language of prompts and messages; pages follow the browser first.'),
          ),
        ),
        sendLink: Type.Optional(
          Type.Enum(
            ['never', 'sms', 'email'],
            meaning(
              'Whether the link is [sent](operations.md#sending-links) when a digital session is opened.',
            ),
          ),
        ),
        challengeSeconds: seconds(
          [60, 1800],
          'How long the customer may take to confirm the payment to their bank (3-D Secure).',
        ),
        texts: Type.Optional(
          Type.Object(
            {
              agentWords: textsBy(agentWordsKeys, 'What the agent is advised to say, by language and key.'),
              prompts: textsBy(promptKeys, 'What the caller hears, by language and key.'),
            },
            {
              ...strict,
              ...meaning(
                'Your own texts instead of the standard ones; `{amount}`, `{merchant}`, `{last4}` are filled in.',
              ),
            },
          ),
        ),
      },
      { ...strict, ...meaning('How cards are taken.') },
    ),
    webhook: Type.Optional(writtenWebhook),
    provider: Type.Optional(writtenProvider),
  },
  strict,
)

type WrittenConfiguration = Static<typeof configurationSchema>

const check = Compile(configurationSchema)

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
    faults.push({ path: '/defaultCurrency', message: 'is not an ISO 4217 currency code' })
  }
  for (const [index, brand] of (value.flow.brands ?? []).entries()) {
    if (brands.has(brand)) continue
    faults.push({ path: `/flow/brands/${index}`, message: `must be one of ${[...brands].join(', ')}` })
  }
  for (const [name, text] of Object.entries(value.flow.resultMessage ?? {})) {
    const fault = faultInVariable(text)
    if (fault !== undefined) faults.push({ path: `/flow/resultMessage/${name}`, message: fault })
  }
  faults.push(...faultsInResultKeys(value.resultKeys ?? {}))
  if (value.webhook) faults.push(...webhookFaults(value.webhook))
  if (value.provider) {
    faults.push(...providerFaults(value.provider, mode))
    if ((value.flow.keptCards ?? 'never') !== 'never') {
      faults.push({
        path: '/flow/keptCards',
        message: 'must be never if another provider takes the cards',
      })
    }
  }
  return faults.length > 0 ? { faults } : { configuration: withDefaults(value) }
}

/** An account configuration with what it leaves out as it usually is; also one that an older version wrote. */
export function withDefaults({
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
      ...defaultFlow,
      ...flow,
    },
    ...(webhook && { webhook: withWebhookDefaults(webhook) }),
    ...(provider && { provider: withProviderDefaults(provider) }),
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

const controlCharacters = 'contains control characters'

/** What members take whose pattern says little to who reads it, by the beginning of their path. */
const takes: readonly (readonly [string, string])[] = [
  ['/resultTemplate', `must be one of ${resultTemplateNames.join(', ')}`],
  ['/defaultCurrency', 'must be an ISO 4217 currency code such as USD'],
  ['/name', controlCharacters],
  ['/flow/gateway', 'must be the name of a gateway: lower-case letters, digits and hyphens'],
  ['/flow/merchantName', controlCharacters],
  ['/flow/frameAncestors/', 'must be an origin such as https://desk.example.com'],
  ['/flow/stateMessages/', 'must be an origin such as https://desk.example.com'],
  ['/flow/purpose', `must be one of ${purposes.join(', ')}`],
  ['/flow/lateApproval', 'must be record or void'],
  ['/flow/cancelAfterwards', 'must be refuse or void'],
  ['/flow/keptCards', `must be one of ${keptCardPolicies.join(', ')}`],
  ['/flow/securityCode', `must be one of ${securityCodePolicies.join(', ')}`],
  ['/flow/language', `must be one of ${languages.join(', ')}`],
  ['/flow/sendLink', 'must be never, sms or email'],
  ['/flow/texts/', controlCharacters],
  ...webhookTakes,
  ...providerTakes,
]

const wanted = (path: string): string | undefined =>
  takes.find(([beginning]) => path.startsWith(beginning))?.[1]
