import { type Guid, parseGuid, timeOfGuid } from '../../base/guid.ts'
import { keptMilliseconds } from '../../payments/retention.ts'
import { command } from '../command.ts'
import { Refused, WrongUsage } from '../refused.ts'
import type { SessionCourse } from '../session-course.ts'

export const showSession = command({
  name: 'session show',
  summary: 'Show what happened to a session, by its sessionGuid or its providerSessionGuid',
  argument: { name: 'guid', help: 'its sessionGuid or its providerSessionGuid' },
  options: {},
  async run({ sessions, now }, _given, text) {
    const guid = parseGuid(text)
    if (guid === undefined) throw new WrongUsage(`'${text}' is no GUID of a session.`)
    const found = await sessions.find(guid)
    if (!found) throw new Refused(absence(guid, now()))
    const { sessionGuid, providerSessionGuid, payment, capture } = found
    return {
      kind: 'told',
      data: {
        sessionGuid,
        providerSessionGuid,
        account: payment?.account_id ?? capture?.tenant_id ?? null,
        agent: payment?.agent_id ?? null,
        callGuid: payment?.call_guid ?? null,
        state: payment?.state ?? capture?.state ?? null,
      },
      course: found.course.map(({ at, what, detail }) => ({ at: new Date(at).toISOString(), what, detail })),
      ...noteOn(found),
    }
  },
})

/**
 * Of a session that was removed nothing is left, not even that it was there; but its id says when it was made, and so
 * whether it can have been removed.
 */
function absence(guid: Guid, now: number): string {
  const madeAt = timeOfGuid(guid)
  if (madeAt === undefined || madeAt > now)
    return `There is no session ${guid} here, and Tonegate gives no ids of this form. ${bothFolders}`
  const made = `Its id was made at ${new Date(madeAt).toISOString()}`
  const removedFrom = madeAt + keptMilliseconds
  if (removedFrom > now)
    return (
      `There is no session ${guid} here. ${made}, less than 90 days ago, and sessions are removed 90 days after ` +
      `their end: it was opened on another server or region, or not at all. ${bothFolders}`
    )
  return (
    `There is no session ${guid} here any more. ${made}, and sessions are removed 90 days after their end: if it was ` +
    `opened here, it was removed after ${new Date(removedFrom).toISOString()}, and nothing of it is left but what the ` +
    `log of its time says. ${bothFolders}`
  )
}

const bothFolders = 'Where the vault is a process of its own, look on both data folders.'

/** What is not here, and where it is. */
function noteOn({ payment, capture }: SessionCourse): { readonly note?: string } {
  if (payment && capture) return {}
  if (payment)
    return {
      note: 'The card’s side is not in this database: it is the vault’s, or another provider’s, or was removed.',
    }
  if (capture?.session_guid)
    return { note: 'The Payment API’s side is not in this database, or was removed.' }
  if (capture)
    return { note: 'It was launched by the provider contract: the Payment API of its launcher has the rest.' }
  return { note: 'Of this session only these rows remain.' }
}
