import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { brandNames } from '@tonegate/protocol/card/brand'
import { startTestTonegate } from '../../../test/harness/test-tonegate.ts'
import { rootSealer, sealerOf } from '../../app/region-storage.ts'
import { type Clock, createMovableClock, type MovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { signWebhook } from '../../base/signing/standard-webhooks.ts'
import { openSqlite } from '../../store/sqlite.ts'
import type { Purpose } from '../../vault/model/launch.ts'
import { createAccountSecrets } from '../configurations/account-secrets.ts'
import { createConfigurations } from '../configurations/configurations.ts'
import { readConfiguration } from '../configurations/read-configuration.ts'
import { createCallbackUrls } from './callbacks/callback-url.ts'
import { credentials, flows, startProvider, type TestProvider, tenantId } from './test-provider.ts'

export const configurationId = 30

/** An account configuration with another provider, as an operator writes it. */
export function writtenConfiguration(provider: Pick<TestProvider, 'kind' | 'baseUrl'>, changes: object = {}) {
  const { clientSecret: _, ...named } = credentials
  return {
    id: configurationId,
    name: 'Elsewhere',
    resultTemplate: 'cybersource',
    defaultCurrency: 'GBP',
    flow: { gateway: 'sandbox', merchantName: 'Harbour', frameAncestors: ['https://desk.example.com'] },
    provider: {
      kind: provider.kind,
      baseUrl: provider.baseUrl,
      tenantId,
      ...named,
      clientSecret: 'provider-key',
      flowId: flows,
      initialValues: {
        orderReference: '{{reference}}',
        orderAmount: '{{amountMinor}}',
        orderCurrency: '{{currency}}',
        sessionGuid: '{{sessionGuid}}',
        customer: '{{paymentData.FirstName}} {{paymentData.Surname}}',
        callback: '{{callbackUrl}}',
      },
      callback: { amounts: 'minor' },
      privateAddresses: 'allowed',
      ...changes,
    },
  }
}

export const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Amount: '12.40',
  Currency: 'GBP',
  MerchantReferenceCode: 'order-1001',
  Nothing: null,
}

/** A whole Tonegate, one of whose configurations names a double as its provider. */
export async function startRemote<C extends Clock = MovableClock>(
  t: TestContext,
  {
    kind = 'pci-pal',
    changes = {},
    purpose = 'charge',
    clock = createMovableClock() as unknown as C,
    folder,
    provider: running,
  }: {
    readonly kind?: TestProvider['kind']
    /** Of the configuration member `provider`. */
    readonly changes?: object
    readonly purpose?: Purpose
    readonly clock?: C
    /** Of a Tonegate before this one. */
    readonly folder?: string
    readonly provider?: TestProvider
  } = {},
) {
  const provider = running ?? (await startProvider(t, kind))
  const tonegate = await startTestTonegate(t, {
    clock,
    environment: folder === undefined ? {} : { TONEGATE_DATA: folder },
  })
  const { config, lines, origin } = tonegate
  const store = await openSqlite(join(tonegate.folder, 'nam.db'))
  t.after(() => store.close())
  const sealer = sealerOf('nam', rootSealer(config, systemRandom), systemRandom)
  const configurations = createConfigurations({ store, clock })
  const secrets = createAccountSecrets({ store, sealer, clock })
  const accounts = store.prepare((db, _: object) => db.selectFrom('account').select('id'))
  const accountId = (await accounts.first(store.reader, {}))?.id ?? 0

  async function configure(written: unknown): Promise<void> {
    const read = readConfiguration(written, brandNames, 'sandbox')
    if ('faults' in read) throw new Error(JSON.stringify(read.faults))
    await configurations.put(accountId, read.configuration)
  }
  await secrets.put(accountId, 'provider-key', credentials.clientSecret)
  const written = writtenConfiguration(provider, changes)
  await configure({ ...written, flow: { ...written.flow, purpose } })

  const region = {
    name: 'nam',
    issuer: origin,
    apiUrl: `${origin}/globalpci`,
    paymentOrigin: origin,
  } as const
  const callbackUrl = (generation = 1, account = accountId, configuration = configurationId) =>
    createCallbackUrls({ region, sealer }).url({
      accountId: account,
      configurationId: configuration,
      generation,
    })

  const remoteSession = store.prepare((db, p: { guid: string }) =>
    db.selectFrom('remote_session').selectAll().where('provider_session_guid', '=', p.guid),
  )

  return {
    tonegate,
    clock,
    provider,
    store,
    sealer,
    secrets,
    accountId,
    lines,
    origin,
    configure,
    callbackUrl,
    ...requestsTo(tonegate),
    callBack: callBackTo(callbackUrl, clock),
    logged: (level: keyof typeof levels) => logged(lines, level),
    row: (guid: string) => remoteSession.first(store.reader, { guid }),
  }
}

type TestTonegate = Awaited<ReturnType<typeof startTestTonegate>>

/** What programs ask of the Payment API. */
function requestsTo({ post, send, token }: Pick<TestTonegate, 'post' | 'send' | 'token'>) {
  /** A new token each time: tests move the clock by hours. */
  const authorized = async () => ({ authorization: `Bearer ${await token()}` })

  const create = async (body: object = {}, path = 'session') =>
    post(
      `/globalpci/v1/${path}`,
      {
        agentId: 'agent12345',
        ...(path === 'session' && { skipCallTransfer: true }),
        accountConfigurationId: configurationId,
        paymentData,
        ...body,
      },
      await authorized(),
    )

  async function open(body: object = {}, path = 'session') {
    const answer = await create(body, path)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.json as Record<
      | 'sessionGuid'
      | 'providerSessionGuid'
      | 'iframeUrl'
      | 'agentAccessToken'
      | 'agentRefreshToken'
      | 'paymentFormUrl',
      string
    >
  }

  const get = async (sessionGuid: string) =>
    (await send(`/globalpci/v1/session/${sessionGuid}`, { headers: await authorized() })).json
  const cancel = async (sessionGuid: string) =>
    send(`/globalpci/v1/session/${sessionGuid}/cancel`, { method: 'POST', headers: await authorized() })
  const resend = async (sessionGuid: string, body: object = {}) =>
    post(`/globalpci/v1/digitalsession/${sessionGuid}/resend`, body, await authorized())

  return { create, open, get, cancel, resend }
}

/** A callback as the double's flow sends it. */
const callBackTo =
  (callbackUrl: () => string, clock: Pick<Clock, 'now'>) =>
  async (
    fields: Readonly<Record<string, string>>,
    {
      url = callbackUrl(),
      format = 'form',
      secret,
      sentAt = clock.now(),
      before = '',
      charset,
    }: {
      readonly url?: string
      readonly format?: 'form' | 'json'
      readonly secret?: string
      readonly sentAt?: number
      readonly before?: string
      /** One of single bytes. */
      readonly charset?: 'iso-8859-1'
    } = {},
  ) => {
    const text = before + (format === 'form' ? new URLSearchParams(fields) : JSON.stringify(fields))
    const body = Buffer.from(text, charset === undefined ? 'utf8' : 'latin1')
    const signed = secret && signWebhook({ id: 'msg_1', sentAt, body, secrets: [secret] })
    const mediaType = format === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': charset === undefined ? mediaType : `${mediaType}; charset=${charset}`,
        ...signed,
      },
      body,
    })
    return { status: response.status, text: await response.text() }
  }

const levels = { warn: 40, error: 50 } as const
const logged = (lines: readonly string[], level: keyof typeof levels): readonly string[] =>
  lines
    .map((line) => JSON.parse(line))
    .filter((line) => line.level === levels[level])
    .map(({ message }) => message)

/** What the double says when a card was charged. */
export const success = (sessionGuid: string, changes: Readonly<Record<string, string>> = {}) => ({
  sessionGuid,
  orderReference: 'order-1001',
  orderAmount: '1240',
  orderCurrency: 'GBP',
  transactionResult: 'SUCCESS',
  transactionID: 'T-20441',
  transactionAuthCode: '083112',
  cardLast4: '1111',
  cardType: 'Visa Debit',
  cardExpiry: '1230',
  ...changes,
})
