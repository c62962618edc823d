import type { RemoteSessionTable } from '../../store/tables.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import { targetOf } from './target-of.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Between two looks: a tenth of the session's age, within these. */
const minPause = 5 * second
const maxPause = 5 * minute

/** An outcome that is not known is looked for so long after the end. */
const maxWatch = 72 * hour

/** When a session is to be looked at again; null when there is nothing left to wait for. */
export function nextLook(row: RemoteSessionTable, now: number): number | null {
  if (isDecided(row, now)) return null
  const pause = Math.min(Math.max((now - row.created_at) / 10, minPause), maxPause)
  const isOpen = row.outcome === null
  const untilEnd = isOpen && row.expires_at > now ? row.expires_at - now : maxPause
  return Math.round(now + (canBeAsked(row) ? Math.min(pause, untilEnd) : untilEnd))
}

/** When a session that was opened is looked at for the first time. */
export const firstLook = ({ kind }: ProviderSettings, now: number, expiresAt: number): number =>
  kind === 'tonegate' ? Math.min(now + minPause, expiresAt) : expiresAt

/** Whether there is nothing left to wait for. */
export function isDecided(row: RemoteSessionTable, now: number): boolean {
  const { outcome, ended_at } = row
  if (outcome !== null && outcome !== 'unknown') return true
  return ended_at !== null && (now >= ended_at + maxWatch || !canBeAsked(row))
}

const canBeAsked = (row: RemoteSessionTable) => targetOf(row).provider.kind === 'tonegate'
