import type { Parts } from '../base/parts.ts'
import type { Platform } from '../calls/platforms/platform.ts'
import { type Platforms, platformKeyOf } from '../calls/platforms/platforms.ts'
import { derivedRandom } from './derived-random.ts'
import type { SandboxPlatform } from './sandbox-file.ts'

/** The sandbox's telephone platform, and what a program needs to speak for it. */
export interface DemoPlatform {
  readonly platform: Platform
  readonly credentials: SandboxPlatform
}

const name = 'demo'
const keyBytes = 32

/** Makes, at the first start, the platform of the simulated telephone; its key is the same at every start. */
export async function createDemoPlatform({
  platforms,
  accountId,
  sealer,
  region,
}: Pick<Parts, 'sealer' | 'region'> & {
  readonly platforms: Platforms
  readonly accountId: number
}): Promise<DemoPlatform> {
  const key = platformKeyOf(derivedRandom(sealer, `${region.name}/platform/${name}`)(keyBytes))
  const settings = { privateAddresses: 'allowed' } as const
  await platforms.create({ accountId, name, kind: 'simulated', settings, key })
  const platform = await platforms.findNamed(accountId, name)
  if (!platform) throw new Error('The demo platform was not made.')
  return { platform, credentials: { name, callsUrl: `${region.paymentOrigin}/calls/v1`, key } }
}
