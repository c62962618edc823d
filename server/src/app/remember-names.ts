import type { SessionBook } from '../base/session-names.ts'
import type { Store } from '../store/store.ts'

/** Those of before are hardly spoken of any more. */
const most = 10_000

/** Tells the log the names of the payments that the process before this one left, of whichever process this is. */
export async function rememberNames(store: Store, book: SessionBook): Promise<void> {
  const payments = store.prepare((db, _: object) =>
    db
      .selectFrom('payment_session')
      .select(['guid', 'provider_session_guid'])
      .orderBy('guid', 'desc')
      .limit(most),
  )
  const captures = store.prepare((db, _: object) =>
    db
      .selectFrom('capture_session')
      .select(['guid', 'session_guid'])
      .where('session_guid', 'is not', null)
      .orderBy('guid', 'desc')
      .limit(most),
  )
  for (const { guid, provider_session_guid } of await payments.all(store.reader, {})) {
    book.know({ sessionGuid: guid, providerSessionGuid: provider_session_guid })
  }
  for (const { guid, session_guid } of await captures.all(store.reader, {})) {
    if (session_guid) book.know({ sessionGuid: session_guid, providerSessionGuid: guid })
  }
}
