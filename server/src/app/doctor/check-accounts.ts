import { createPlatforms } from '../../calls/platforms/platforms.ts'
import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import type { Account } from '../../identity/accounts/find-account.ts'
import { prepareListAccounts } from '../../identity/accounts/list-accounts.ts'
import { createConfigurations } from '../../payments/configurations/configurations.ts'
import type { StoreParts } from '../../store/parts.ts'
import { createGatewayAccounts } from '../../vault/gateways/accounts/gateway-accounts.ts'
import { inOrder, toConsider, wrong } from './point.ts'

type Has = Pick<Config, 'mode' | 'role'>

/** Whether a region has accounts, and each of them what it takes payments with. */
export async function checkAccounts(
  { mode, role }: Has,
  parts: StoreParts,
): Promise<readonly ExaminedPoint[]> {
  const accounts = await prepareListAccounts(parts.store)()
  if (accounts.length === 0)
    return [
      wrong(
        `accounts ${parts.region.name}`,
        'There is none, and so nobody who takes payments: account create',
      ),
    ]
  const isTest = mode === 'production' && !accounts.some(({ production }) => production)
  const names = accounts.map(({ name }) => name)
  return [
    isTest
      ? toConsider(
          `accounts ${parts.region.name}`,
          'None is a production account: account create --production',
        )
      : inOrder(`accounts ${parts.region.name}`, names.length > 5 ? `${names.length}` : names.join(', ')),
    ...(role === 'both' ? await checkEach(accounts, parts, mode) : []),
    ...(mode === 'production' && role !== 'vault' ? [await checkPlatforms(parts)] : []),
  ]
}

/** In two processes a gateway is in the database of one, and what names it in that of the other. */
async function checkEach(
  accounts: readonly Account[],
  parts: StoreParts,
  mode: Has['mode'],
): Promise<readonly ExaminedPoint[]> {
  const points = await Promise.all(
    accounts.map(async ({ id, name }) => {
      const gateways = (await createGatewayAccounts(parts).list(id)).map((each) => each.name)
      const known = mode === 'sandbox' ? ['sandbox', ...gateways] : gateways
      const configurations = await createConfigurations(parts).list(id)
      if (configurations.length === 0)
        return [
          toConsider(name, 'It has no configuration, and so no session can be opened: configuration put'),
        ]
      return configurations.flatMap((configuration) => {
        if (configuration.provider !== undefined || known.includes(configuration.flow.gateway)) return []
        return [
          wrong(
            name,
            `Its configuration ${configuration.id} names the gateway '${configuration.flow.gateway}', which it does not have: gateway put`,
          ),
        ]
      })
    }),
  )
  return points.flat()
}

async function checkPlatforms(parts: StoreParts): Promise<ExaminedPoint> {
  const what = `phone systems ${parts.region.name}`
  const enabled = (await createPlatforms(parts).list()).filter(({ disabled }) => !disabled)
  if (enabled.length > 0) return inOrder(what, enabled.map(({ name }) => name).join(', '))
  return toConsider(
    what,
    'None is connected: cards are taken by link alone, and not on a call: platform create',
  )
}
