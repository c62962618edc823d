import { type Guid, parseGuid, timeOfGuid } from '../../base/guid.ts'
import { sessionRetentionMilliseconds } from '../../payments/retention.ts'
import { command } from '../command.ts'
import { Refused, WrongUsage } from '../refused.ts'
import type { SessionCourse } from '../session-course.ts'

export const showSession = command({
  name: 'session show',
  summary: 'Show what happened in a session',
  argument: { name: 'guid', help: 'its sessionGuid or its providerSessionGuid' },
  options: {},
  async run({ sessions, now }, _given, text) {
    const guid = parseGuid(text)
    if (guid === undefined) throw new WrongUsage(`'${text}' is not a session GUID.`)
    const found = await sessions.find(guid)
    if (!found) throw new Refused(absence(guid, now()))
    const { sessionGuid, providerSessionGuid, payment, session } = found
    return {
      kind: 'told',
      data: {
        sessionGuid,
        providerSessionGuid,
        account: payment?.account_id ?? session?.tenant_id ?? null,
        agent: payment?.agent_id ?? null,
        callGuid: payment?.call_guid ?? null,
        state: payment?.state ?? session?.state ?? null,
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
    return `No session ${guid} was found here, and Tonegate does not create ids of this form. ${bothFolders}`
  const made = `Its id was created at ${new Date(madeAt).toISOString()}`
  const removedFrom = madeAt + sessionRetentionMilliseconds
  if (removedFrom > now)
    return (
      `No session ${guid} was found here. ${made}, less than 90 days ago, and sessions are removed 90 days after ` +
      `their end: it was opened on another server or region, or not at all. ${bothFolders}`
    )
  return (
    `No session ${guid} was found here. ${made}, and sessions are removed 90 days after their end: if it was ` +
    `opened here, it was removed after ${new Date(removedFrom).toISOString()}, and only the log of that time still ` +
    `mentions it. ${bothFolders}`
  )
}

const bothFolders = 'If the vault is a separate process, check both data folders.'

/** What is not here, and where it is. */
function noteOn({ payment, session }: SessionCourse): { readonly note?: string } {
  if (payment && session) return {}
  if (payment)
    return {
      note: 'The card side is not in this database: it belongs to the vault or another provider, or was removed.',
    }
  if (session?.session_guid) return { note: 'The Payment API side is not in this database, or was removed.' }
  if (session)
    return {
      note: 'It was launched through the provider contract: the rest is in the Payment API of its launcher.',
    }
  return { note: 'Of this session only these rows remain.' }
}
