import { keepTrying } from './keep-trying.ts'
import type { LineParts } from './line-parts.ts'
import type { prepareLineRows } from './line-rows.ts'
import type { SecuredLine } from './secured-line.ts'

/** Milliseconds. Until it succeeds, the agent does not hear the caller's keys, and the recording may be paused. */
const pauses = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const

/**
 * Gives a line back as it was, its recording last, until that is confirmed or the call has ended; another process goes on
 * where this one ends before.
 *
 * @param done the line is as it was.
 */
export function createGiveBack({
  store,
  clock,
  newGuid,
  log,
  control,
  rows,
  dropUnlessHeld,
  done,
}: LineParts & {
  readonly dropUnlessHeld: (line: SecuredLine) => Promise<'dropped' | 'held'>
  readonly rows: Pick<ReturnType<typeof prepareLineRows>, 'released'>
  readonly done: (ended: SecuredLine) => void
}) {
  return (ended: SecuredLine): void => {
    const { sessionGuid, recording } = ended
    const { callGuid } = ended.line
    ended.trying.stop()
    ended.state = 'ended'
    const order = { commandId: newGuid(), sessionGuid }
    const recordingOrder = { commandId: newGuid(), sessionGuid }
    ended.trying = keepTrying(
      async () => {
        if ((await dropUnlessHeld(ended)) === 'dropped') return
        await control.release(ended.line, order)
        if (recording === 'pause') await control.resumeRecording(ended.line, recordingOrder)
        await store.write((tx) => rows.released.run(tx, { guid: callGuid, sessionGuid }))
      },
      {
        clock,
        pauses,
        done: () => done(ended),
        failed(error, tries) {
          if (tries > 1) return
          const about = { err: error, call: callGuid, capture: sessionGuid }
          log.error(about, 'a line could not be released; it is tried until that is confirmed')
        },
      },
    )
  }
}
