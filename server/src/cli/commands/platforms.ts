import { isPublicAddress } from '../../base/outgoing/public-address.ts'
import type { Platform } from '../../calls/platforms/platform.ts'
import type { NewPlatform } from '../../calls/platforms/platforms.ts'
import { EngineUrlFault, readEngineUrl } from '../../calls/rtpengine/engine-url.ts'
import { type AdminContext, command } from '../command.ts'
import { accountNamed, accountNames } from '../find.ts'
import { readName } from '../names.ts'
import { Refused, WrongUsage } from '../refused.ts'

type Settings = NewPlatform['settings']

/** Which platform: its name, and whose it is. */
export const argument = { name: 'name', help: 'the name of the phone system' }
export const account = { value: 'NAME', required: true, help: 'the account whose calls it has' } as const

export const createPlatform = command({
  name: 'platform create',
  summary: 'Connect a phone system, which reports which agent is on which call; its key is shown only once',
  argument,
  options: {
    account,
    'control-url': {
      value: 'URL',
      help: 'where commands are posted to; without it, the platform reads them: GET /calls/v1/commands',
    },
    kind: { value: 'KIND', choices: ['http', 'rtpengine'], help: 'default: http' },
    url: { value: 'URL', repeatable: true, help: 'an rtpengine: udp://127.0.0.1:22223?tcp=22225' },
    strict: { help: 'rtpengine: also take tones out of the audio, for phones that send both' },
    prompts: { value: 'FOLDER', help: 'rtpengine: the folder on its machine with <language>/<key>.wav' },
  },
  async run(context, given, typed) {
    const { id: accountId, name: accountName } = await accountNamed(context, given.account)
    const name = readName('The name', typed)
    const { kind = 'http' } = given
    const settings = readPlatformSettings(kind, given)
    const made = await context.platforms.create({ accountId, name, kind, settings })
    if (made === 'taken') throw new Refused(`The account '${accountName}' already has a platform '${name}'.`)
    const data = { name, account: accountName, key: made.key }
    if (kind === 'rtpengine')
      return { kind: 'shown', data, note: 'This key is shown only once. Store it now.' }
    return {
      kind: 'shown',
      data: { ...data, signingSecret: made.signingSecret },
      note: 'Key and signing secret are shown only once. Store them now. Commands to the platform are signed with the secret.',
    }
  },
})

/** What a platform is steered by. */
interface Given {
  readonly 'control-url'?: string | undefined
  readonly url?: readonly string[] | undefined
  readonly strict?: boolean | undefined
  readonly prompts?: string | undefined
}

/** @throws {WrongUsage} for what another kind of platform has, and for what is none of this one’s. */
export const readPlatformSettings = (kind: Platform['kind'], given: Given): Settings =>
  kind === 'http' ? httpSettings(given) : rtpengineSettings(given)

function httpSettings({ 'control-url': controlUrl, url, strict, prompts }: Given): Settings {
  if (url || strict || prompts !== undefined) {
    throw new WrongUsage('--url, --strict and --prompts are for --kind rtpengine.')
  }
  return {
    privateAddresses: 'allowed',
    ...(controlUrl !== undefined && { controlUrl: readControlUrl(controlUrl) }),
  }
}

function rtpengineSettings({
  'control-url': controlUrl,
  url = [],
  strict = false,
  prompts,
}: Given): Settings {
  if (controlUrl !== undefined) throw new WrongUsage('--control-url is for --kind http.')
  if (url.length === 0) throw new WrongUsage('--kind rtpengine needs at least one --url.')
  for (const each of url) requireEngineUrl(each)
  if (prompts !== undefined && !prompts.startsWith('/')) {
    throw new WrongUsage('--prompts must be an absolute path on the machine of the rtpengine.')
  }
  return { privateAddresses: 'allowed', engines: url, strict, ...(prompts !== undefined && { prompts }) }
}

function requireEngineUrl(url: string): void {
  try {
    readEngineUrl(url)
  } catch (error) {
    if (error instanceof EngineUrlFault) throw new WrongUsage(`--url ${url}: ${error.message}`)
    throw error
  }
}

/** Commands name sessions and callers' calls: they go in clear to this machine or a private network alone. */
function readControlUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new WrongUsage('--control-url must be an http or https URL without a username.')
  }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol === 'http:' && host !== 'localhost' && !isPrivate(host)) {
    throw new WrongUsage(
      '--control-url must be https, unless it names an address of this machine or of a private network.',
    )
  }
  return url.href
}

const isPrivate = (host: string): boolean => /^[\d.]+$|:/.test(host) && !isPublicAddress(host)

export const listPlatforms = command({
  name: 'platform list',
  summary: 'List connected phone systems',
  options: { account: { value: 'NAME', help: 'only of this account' } },
  async run(context, { account: named }) {
    const accountId = named === undefined ? undefined : (await accountNamed(context, named)).id
    const names = await accountNames(context)
    const rows = (await context.platforms.list(accountId)).map((platform) => ({
      name: platform.name,
      account: names.get(platform.accountId) ?? String(platform.accountId),
      kind: platform.kind,
      disabled: platform.disabled,
    }))
    return { kind: 'listed', rows, none: 'No phone systems yet: agents take payments by link only.' }
  },
})

export const setPlatform = command({
  name: 'platform set',
  summary: 'Change where commands to a platform are posted; takes effect at once',
  argument,
  options: {
    account,
    'control-url': { value: 'URL', required: true, help: 'where commands are posted to from now on' },
  },
  async run(context, given, typed) {
    const controlUrl = readControlUrl(given['control-url'])
    const { guid, kind, name } = await platformNamed(context, given.account, typed)
    if (kind !== 'http') {
      throw new Refused(
        `${name} is an rtpengine platform: it is not sent commands. Create another one instead.`,
      )
    }
    await context.platforms.setControlUrl(guid, controlUrl)
    return {
      kind: 'done',
      text: `Commands to ${name} are posted to ${controlUrl}.`,
      data: { name, controlUrl },
    }
  },
})

export const addPlatformKey = command({
  name: 'platform add-key',
  summary: 'Create a second key for a platform, for rotation without an outage; it is shown only once',
  argument,
  options: { account },
  async run(context, given, typed) {
    const { guid, name } = await platformNamed(context, given.account, typed)
    const key = await context.platforms.addKey(guid)
    if (key === 'has-two-already') {
      throw new Refused(`${name} already has two keys. Remove the older one first: platform remove-key.`)
    }
    const note = 'This key is shown only once. Store it now. The older key stays valid until it is removed.'
    return { kind: 'shown', data: { name, key }, note }
  },
})

export const removePlatformKey = command({
  name: 'platform remove-key',
  summary: 'Remove the older of a platform’s two keys, at once',
  argument,
  options: { account },
  async run(context, given, typed) {
    const { guid, name } = await platformNamed(context, given.account, typed)
    if ((await context.platforms.removeOldestKey(guid)) === 'only-one-left') {
      throw new Refused(
        `This is the only key of ${name}. Add another first, or disable it: platform disable.`,
      )
    }
    return { kind: 'done', text: `The older key of ${name} was removed.`, data: { name, removed: true } }
  },
})

export const disablePlatform = command({
  name: 'platform disable',
  summary: 'Disable a platform; its keys are refused at once, and no session opens on its calls',
  argument,
  options: { account },
  run: (context, given, typed) => setDisabled(context, given.account, { typed, state: 'disabled' }),
})

export const enablePlatform = command({
  name: 'platform enable',
  summary: 'Enable a disabled platform',
  argument,
  options: { account },
  run: (context, given, typed) => setDisabled(context, given.account, { typed, state: 'enabled' }),
})

async function setDisabled(
  context: AdminContext,
  accountName: string,
  { typed, state }: { readonly typed: string; readonly state: 'disabled' | 'enabled' },
) {
  const { guid, name } = await platformNamed(context, accountName, typed)
  await context.platforms.setDisabled(guid, state === 'disabled')
  return {
    kind: 'done',
    text: `${name} is ${state}.`,
    data: { name, disabled: state === 'disabled' },
  } as const
}

/** @throws {Refused} when the account has no platform of this name. */
export async function platformNamed(
  context: AdminContext,
  accountName: string,
  typed: string,
): Promise<Platform> {
  const { id } = await accountNamed(context, accountName)
  const platform = await context.platforms.findNamed(id, readName('The name', typed))
  if (!platform)
    throw new Refused(`The account '${accountName}' has no platform '${typed}'. See 'platform list'.`)
  return platform
}
