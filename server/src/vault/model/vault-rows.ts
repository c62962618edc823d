import type { Store } from '../../store/store.ts'
import { prepareAttemptRows } from './attempt-rows.ts'
import { prepareEndingRows } from './ending-rows.ts'
import { prepareFollowUpRows } from './follow-up-rows.ts'
import { prepareNotificationRows } from './notification-rows.ts'
import { prepareSessionRows } from './session-rows.ts'

/** The statements on the vault's tables, from a session's launch to what gateways tell long after. */
export type VaultRows = ReturnType<typeof prepareVaultRows>

export const prepareVaultRows = (store: Store) => ({
  ...prepareSessionRows(store),
  ...prepareEndingRows(store),
  ...prepareAttemptRows(store),
  ...prepareFollowUpRows(store),
  ...prepareNotificationRows(store),
})
