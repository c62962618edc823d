import { readControlUrl } from '../commands/platforms.ts'
import { readName } from '../names.ts'
import { Refused } from '../refused.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

type DeclaredPlatform = NonNullable<DeclaredAccount['platforms']>[number]

/** Phone systems that speak the calls API. Their keys are made here, and shown once. */
export async function planPlatforms(
  planning: Planning,
  { platforms = [] }: DeclaredAccount,
): Promise<readonly Step[]> {
  const { path, faults } = planning
  refuseTwice(
    faults,
    `${path}/platforms`,
    platforms.map(({ name }) => name),
  )
  const steps: Step[] = []
  for (const [index, platform] of platforms.entries()) {
    const step = await planPlatform(planning, platform, `${path}/platforms/${index}`)
    if (step) steps.push(step)
  }
  return steps
}

async function planPlatform(
  { context: { platforms }, name: account, id, faults }: Planning,
  { name: written, controlUrl: writtenUrl }: DeclaredPlatform,
  path: string,
): Promise<Step | undefined> {
  const name = checked(faults, `${path}/name`, () => readName('The name', written))
  const url =
    writtenUrl === undefined
      ? undefined
      : checked(faults, `${path}/controlUrl`, () => readControlUrl(writtenUrl))
  if (name === undefined || (writtenUrl !== undefined && url === undefined)) return undefined
  const before = id === undefined ? undefined : await platforms.findNamed(id, name)
  if (before && before.kind !== 'http') {
    faults.push({ path: `${path}/name`, message: 'is the name of an rtpengine platform' })
    return undefined
  }
  const step = { kind: 'platform', account, name } as const
  if (!before) {
    return {
      ...step,
      done: 'create',
      async run(accountId) {
        const settings = {
          privateAddresses: 'allowed',
          ...(url !== undefined && { controlUrl: url }),
        } as const
        const made = await platforms.create({ accountId, name, kind: 'http', settings })
        if (made === 'taken') throw new Refused(`The platform ${name} was made by somebody else meanwhile.`)
        return { key: made.key, signingSecret: made.signingSecret }
      },
    }
  }
  const present = await platforms.settingsOf(before.guid)
  if (url === undefined || present?.controlUrl === url) return { ...step, done: 'nothing' }
  return {
    ...step,
    ...{ done: 'change', changed: ['controlUrl'] },
    async run() {
      await platforms.setControlUrl(before.guid, url)
      return undefined
    },
  }
}
