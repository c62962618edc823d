import type { Store } from '../../store/store.ts'
import { prepareAttemptLooks } from './rows/attempt-looks.ts'
import { prepareAttemptLookups } from './rows/attempt-lookups.ts'
import { prepareAttemptRows } from './rows/attempt-rows.ts'
import { prepareBeginningRows } from './rows/beginning-rows.ts'
import { prepareEndingRows } from './rows/ending-rows.ts'
import { prepareFollowUpRows } from './rows/follow-up-rows.ts'
import { prepareNotificationRows } from './rows/notification-rows.ts'
import { prepareOwnerRows } from './rows/owner-rows.ts'
import { preparePaymentLocks } from './rows/payment-locks.ts'
import { prepareProgressRows } from './rows/progress-rows.ts'
import { prepareResultRows } from './rows/result-rows.ts'
import { prepareSessionRows } from './rows/session-rows.ts'
import { prepareViewRows } from './rows/view-rows.ts'

/** The statements on the vault's tables, from a session's launch to what gateways tell long after. */
export type VaultRows = ReturnType<typeof prepareVaultRows>

export const prepareVaultRows = (store: Store) => ({
  ...prepareBeginningRows(store),
  ...prepareSessionRows(store),
  ...prepareOwnerRows(store),
  ...prepareViewRows(store),
  ...prepareEndingRows(store),
  ...prepareProgressRows(store),
  ...prepareResultRows(store),
  ...prepareAttemptRows(store),
  ...prepareAttemptLookups(store),
  ...prepareAttemptLooks(store),
  ...preparePaymentLocks(store),
  ...prepareFollowUpRows(store),
  ...prepareNotificationRows(store),
})
