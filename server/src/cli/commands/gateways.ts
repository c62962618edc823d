import { readJsonText } from '../../base/text/read-json.ts'
import { gatewaySettingsFaults } from '../../vault/gateways/accounts/read-gateway-settings.ts'
import { type AdminContext, command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { requireYes, yes } from '../input/confirm.ts'
import { Refused, WrongUsage } from '../refused.ts'

const account = { value: 'NAME', required: true, help: 'the account' } as const
const argument = { name: 'name', help: 'the name used by flow.gateway of account configurations' } as const

/** The gateway that every account of a sandbox has. */
const taken = 'sandbox'

const dots = '••••••••'

export const putGateway = command({
  name: 'gateway put',
  summary: 'Create or replace a gateway of an account, with its credentials; takes effect within a second',
  argument,
  options: {
    account,
    kind: {
      value: 'KIND',
      required: true,
      help: 'the kind of gateway; docs/gateways.md lists them',
    },
    settings: { value: 'FILE', help: 'JSON with its settings; default: standard input' },
  },
  async run(context, given, name) {
    const { id, name: accountName } = await accountNamed(context, given.account)
    readGatewayName(name)
    const kind = kindNamed(context, given.kind)
    const settings = readJsonText(await context.readText(given.settings ?? '-'))
    if (settings === undefined) throw new Refused('The settings are not valid JSON.')
    const faults = gatewaySettingsFaults(kind, settings, context.gateways.plainHttp)
    if (faults.length > 0) {
      const lines = faults.map(({ path, message }) => `  ${path} ${message}`)
      throw new Refused(`The settings are not valid:\n${lines.join('\n')}`)
    }
    const wasThere = await context.gateways.book.put(id, name, given.kind, settings as object)
    return {
      kind: 'done',
      text: `The gateway '${name}' of '${accountName}' was ${wasThere ? 'replaced' : 'created'}.`,
      data: { name, kind: given.kind },
    }
  },
})

export const listGateways = command({
  name: 'gateway list',
  summary: 'List the gateways of an account',
  options: { account },
  async run(context, given) {
    const { id } = await accountNamed(context, given.account)
    const rows = (await context.gateways.book.list(id)).map(({ name, kind, createdAt, updatedAt }) => ({
      name,
      kind,
      createdAt: new Date(createdAt).toISOString(),
      updatedAt: new Date(updatedAt).toISOString(),
    }))
    return { kind: 'listed', rows, none: 'No gateways.' }
  },
})

export const showGateway = command({
  name: 'gateway show',
  summary: 'Show the settings of a gateway; its credentials are masked',
  argument,
  options: { account },
  async run(context, given, name) {
    const { id, name: accountName } = await accountNamed(context, given.account)
    const row = await context.gateways.book.find(id, name)
    if (!row) throw noGateway(name, accountName)
    const shown = kindNamed(context, row.kind).shown
    const settings = context.gateways.book.open(id, name, row.sealed_settings)
    const data = Object.fromEntries(
      Object.entries(settings).map(([member, value]) => [
        member,
        shown.includes(member) && typeof value !== 'object' ? (value as string | number | boolean) : dots,
      ]),
    )
    return { kind: 'shown', data: { name, kind: row.kind, ...data } }
  },
})

export const deleteGateway = command({
  name: 'gateway delete',
  summary: 'Delete a gateway and its credentials; unknown outcomes through it can no longer be resolved',
  argument,
  options: { account, yes },
  async run(context, given, name) {
    const { id, name: accountName } = await accountNamed(context, given.account)
    if (!(await context.gateways.book.find(id, name))) throw noGateway(name, accountName)
    requireYes(given, `The gateway '${name}' of '${accountName}' and its credentials would be deleted`)
    await context.gateways.book.remove(id, name)
    return { kind: 'done', text: `The gateway '${name}' was deleted.`, data: { name } }
  },
})

export const checkGateway = command({
  name: 'gateway check',
  summary: 'Check whether payments through a gateway will work, without charging anything',
  argument,
  options: { account },
  async run(context, given, name) {
    const { id, name: accountName } = await accountNamed(context, given.account)
    const isShared = name === taken && context.mode === 'sandbox'
    if (!isShared && !(await context.gateways.book.find(id, name))) throw noGateway(name, accountName)
    const points = await context.gateways.check(id, name)
    if (!points)
      throw new Refused(
        `The gateway '${name}' cannot be checked: its settings are invalid, or its kind has no check.`,
      )
    const address = await context.gateways.notificationUrl(id, name)
    return {
      kind: 'checked',
      data: { gateway: name, notifications: address ?? null },
      points: points.map(({ what, state, detail }) => ({ what, state: stateWords[state], detail })),
      isInOrder: points.every(({ state }) => state !== 'wrong'),
    }
  },
})

/** What only a payment of a live account shows is for its operator to confirm. */
const stateWords = { 'in-order': 'in order', wrong: 'wrong', unknown: 'to be confirmed' } as const

const noGateway = (name: string, account: string) =>
  new Refused(`The account '${account}' has no gateway '${name}'.`)

/** @throws {WrongUsage} when nothing may be called so, {@link Refused} when it is taken. */
export function readGatewayName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new WrongUsage(`'${name}' is not a valid gateway name. Use lower-case letters, digits and hyphens.`)
  }
  if (name === taken) throw new Refused(`'${taken}' is the test gateway that every sandbox has.`)
}

export function kindNamed({ gateways: { kinds } }: Pick<AdminContext, 'gateways'>, name: string) {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
  if (!kind)
    throw new Refused(`Unknown kind of gateway: '${name}'. Use one of ${Object.keys(kinds).join(', ')}.`)
  return kind
}
