import type { Guid } from '../../../base/guid.ts'
import type { Sealer } from '../../../base/seal.ts'
import type { PaymentLinks } from '../../links/payment-links.ts'
import { readCourse } from '../../model/course.ts'
import type { Launch } from '../../model/launch.ts'
import { openLaunch } from '../../model/sealed-launch.ts'
import { noProgress, type Progress } from '../card-entry-host.ts'

/** What an open session's row says of it. */
export type OpenRow =
  | { readonly launch: Launch; readonly progress: Progress }
  /** It cannot be read; the course is JSON all the same. */
  | { readonly error: unknown; readonly course: string }

/** Reads all of a row that its session needs to go on, so that what cannot be read is found before it is needed. */
export function readOpenRow(
  row: {
    readonly guid: Guid
    readonly tenant_id: number
    readonly sealed_launch: Uint8Array
    readonly progress: string
    readonly course: string
  },
  { sealer, links }: { readonly sealer: Sealer; readonly links: Pick<PaymentLinks, 'openAddress'> },
): OpenRow {
  const { guid } = row
  let course = '[]'
  try {
    readCourse(row.course)
    course = row.course
    const launch = openLaunch(sealer, guid, row.tenant_id, row.sealed_launch)
    const progress = readProgress(row.progress, launch)
    const { sent } = progress.link
    if (sent) links.openAddress(guid, sent.sealedAddress)
    return { launch, progress }
  } catch (error) {
    return { error, course }
  }
}

/** What a session of an older version did not have is as it is at the beginning. */
function readProgress(json: string, { entry }: Launch): Progress {
  const first = noProgress(entry)
  const kept: unknown = JSON.parse(json)
  if (!isObject(kept)) throw new NotAsWritten('progress')
  for (const [name, value] of Object.entries(first)) {
    const isSame = value === null || typeof kept[name] === typeof value
    if (name in kept && !(isSame && isObject(kept[name]) === isObject(value))) throw new NotAsWritten(name)
  }
  const progress = { ...first, ...kept } as Progress
  const counts: readonly unknown[] = Object.keys(first.wrong).map(
    (name) => progress.wrong[name as keyof Progress['wrong']],
  )
  if (!counts.every(Number.isSafeInteger)) throw new NotAsWritten('wrong')
  return progress
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

class NotAsWritten extends Error {
  constructor(what: string) {
    super(`The ${what} of a session is not in the server’s format.`)
  }
}
