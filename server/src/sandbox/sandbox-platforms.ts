import type { Parts } from '../base/parts.ts'
import type { Platform } from '../calls/platforms/platform.ts'
import { platformKeyOf } from '../calls/platforms/platform-keys.ts'
import type { Platforms } from '../calls/platforms/platforms.ts'
import { derivedRandom } from './derived-random.ts'
import type { SandboxPlatform } from './sandbox-file.ts'

/** The sandbox's platforms. */
export interface SandboxPlatforms {
  /** What a program needs to speak for the one that is there for it; nothing here speaks for that. */
  readonly demo: SandboxPlatform
  /** The key of the other, which the sandbox's own phone speaks for. */
  readonly phoneKey: string
}

/**
 * The phone has a platform of its own: a program that speaks for another is the only reader of its commands, and nothing is
 * confirmed but by that program.
 */
const names = { demo: 'demo', phone: 'sandbox phone' } as const
const keyBytes = 32

const settings = { privateAddresses: 'allowed' } as const

/** Makes the platforms at the first start. Their keys are the same at every start. */
export async function openSandboxPlatforms({
  platforms,
  accountId,
  sealer,
  region,
}: Pick<Parts, 'sealer' | 'region'> & {
  readonly platforms: Pick<Platforms, 'create' | 'findNamed' | 'authenticate' | 'setKey'>
  readonly accountId: number
}): Promise<SandboxPlatforms> {
  const keyOf = (name: string) =>
    platformKeyOf(derivedRandom(sealer, `${region.name}/platform/${name}`)(keyBytes))

  async function open(name: string, key: string): Promise<Platform | undefined> {
    const found = await platforms.findNamed(accountId, name)
    if (!found) await platforms.create({ accountId, name, kind: 'http', settings, key })
    return found
  }

  const demoKey = keyOf(names.demo)
  await open(names.demo, demoKey)
  const phoneKey = keyOf(names.phone)
  const phone = await open(names.phone, phoneKey)
  // One that an older version left, or whose key was removed; a disabled one stays so.
  if (phone && !(await platforms.authenticate(phoneKey))) await platforms.setKey(phone.guid, phoneKey)
  return {
    demo: { name: names.demo, callsUrl: `${region.paymentOrigin}/calls/v1`, key: demoKey },
    phoneKey,
  }
}
