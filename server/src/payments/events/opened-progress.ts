import type { SessionProgress } from '../../vault/model/session-progress.ts'

/** The progress of a session at a provider that tells no more of it before its end than that it is under way. */
export const openedProgress = (at: number): SessionProgress => ({ sequence: 1, at, progress: 'opened' })
