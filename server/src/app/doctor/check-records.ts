import { createAuditAdmin } from '../../audit/audit-admin.ts'
import { prepareChainEnds } from '../../audit/chain-ends.ts'
import { prepareListEntries } from '../../audit/list-entries.ts'
import { NotSealedHere } from '../../base/seal.ts'
import type { ExaminedPoint } from '../../cli/tools.ts'
import type { StoreParts } from '../../store/parts.ts'
import { inOrder, toConsider, wrong } from './point.ts'

const hour = 3_600_000
/** A nightly backup and a night that was missed. */
const maxHours = 49

/** When a region was backed up last, as far as its audit log knows. */
export async function checkBackup({ store, region, clock }: StoreParts): Promise<ExaminedPoint> {
  const what = `backup ${region.name}`
  const [last] = await prepareListEntries({ store })({ action: 'database.backup', limit: 1 })
  if (!last) return toConsider(what, 'The audit log knows of none. Make one every night: backup create')
  const hours = Math.floor((clock.now() - Date.parse(last.at)) / hour)
  const when = `${last.at}, ${hours} hours ago`
  return hours <= maxHours
    ? inOrder(what, when)
    : toConsider(what, `The last one is of ${when}: backup create`)
}

/** Whether the audit log ends where its sealed head says. The whole of it is for `audit verify`. */
export async function checkAuditHead(parts: StoreParts): Promise<ExaminedPoint> {
  const what = `audit log ${parts.region.name}`
  try {
    const head = await prepareChainEnds(parts.store, parts.sealer).read('head')
    if (!head || head.position === 0) return inOrder(what, 'nothing in it yet')
    const found = await createAuditAdmin(parts).compare(head)
    if (found === 'same') return inOrder(what, `ends at entry ${head.position}, as its sealed head says`)
    return wrong(
      what,
      `The entry ${head.position}, which its sealed head names, is not the one that is there: audit verify`,
    )
  } catch (error) {
    if (!(error instanceof NotSealedHere)) throw error
    return wrong(
      what,
      'Its head was changed, or is sealed with a key that is not listed, and new entries wait: audit verify',
    )
  }
}
