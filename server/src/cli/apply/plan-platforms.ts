import type { PlatformSettings } from '../../calls/platforms/platform.ts'
import { readPlatformSettings } from '../commands/platforms.ts'
import { readName } from '../names.ts'
import { Refused } from '../refused.ts'
import type { DeclaredAccount } from './apply-document.ts'
import { changedMembers } from './changed-members.ts'
import { checked, type Planning, refuseTwice, type Step } from './step.ts'

type DeclaredPlatform = NonNullable<DeclaredAccount['platforms']>[number]

/** Phone systems. Their keys are made here, and shown once. */
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
  { name: written, ...declared }: DeclaredPlatform,
  path: string,
): Promise<Step | undefined> {
  const earlier = faults.length
  const name = checked(faults, `${path}/name`, () => readName('The name', written))
  const before = name === undefined || id === undefined ? undefined : await platforms.findNamed(id, name)
  const kind = declared.kind ?? before?.kind ?? 'http'
  if (before && before.kind !== kind)
    faults.push({ path: `${path}/kind`, message: `cannot be changed: it is ${before.kind}` })
  const present = before && (await platforms.settingsOf(before.guid))
  const at = declared.controlUrl === undefined ? path : `${path}/controlUrl`
  const settings = checked(faults, at, () => readPlatformSettings(kind, givenOf(declared, present)))
  if (name === undefined || !settings || faults.length > earlier) return undefined
  const step = { kind: 'platform', account, name } as const
  if (!before || !present) {
    return {
      ...step,
      done: 'create',
      async run(accountId) {
        const made = await platforms.create({ accountId, name, kind, settings })
        if (made === 'taken') throw new Refused(`The platform ${name} was made by somebody else meanwhile.`)
        return { key: made.key, ...(kind === 'http' && { signingSecret: made.signingSecret }) }
      },
    }
  }
  const { controlUrl, engines, strict, prompts } = settings
  const changed = changedMembers(
    {
      controlUrl: present.controlUrl,
      urls: present.engines,
      strict: present.strict,
      prompts: present.prompts,
    },
    { controlUrl, urls: engines, strict, prompts },
  )
  if (changed.length === 0) return { ...step, done: 'nothing' }
  if (controlUrl === undefined) {
    const message =
      'cannot be changed: an rtpengine stays as it was made. Declare another one, by another name'
    faults.push(...changed.map((member) => ({ path: `${path}/${member}`, message })))
    return undefined
  }
  return {
    ...step,
    ...{ done: 'change', changed },
    async run() {
      await platforms.setControlUrl(before.guid, controlUrl)
      return undefined
    },
  }
}

/** What is declared, in the words of the command; what is not declared stays. */
const givenOf = (
  { controlUrl, urls, strict, prompts }: Omit<DeclaredPlatform, 'name'>,
  present: PlatformSettings | undefined,
): Parameters<typeof readPlatformSettings>[1] => ({
  'control-url': controlUrl ?? present?.controlUrl,
  url: urls ?? present?.engines,
  strict: strict ?? present?.strict,
  prompts: prompts ?? present?.prompts,
})
