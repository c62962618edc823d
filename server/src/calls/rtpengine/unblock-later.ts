import type { Clock } from '../../base/clock.ts'
import { certainly } from './certainly.ts'
import { type createSecuredLines, isSameSide, type SecuredLine } from './secured-lines.ts'
import { unblock } from './unblock.ts'

/**
 * Gives back where the caller was before, whenever that succeeds: nobody waits for it. The tag and the engine may have become
 * the caller's again by then.
 */
export const createUnblockLater =
  ({
    clock,
    lines,
    onCall,
  }: {
    readonly clock: Clock
    readonly lines: Pick<ReturnType<typeof createSecuredLines>, 'get'>
    readonly onCall: (callGuid: string, operation: () => Promise<void>) => Promise<void>
  }) =>
  (former: SecuredLine): void => {
    const isFormer = () => {
      const line = lines.get(former.callGuid)
      return !line || !isSameSide(line, former)
    }
    const unblockFormer = async () => {
      if (isFormer()) await unblock(former, clock)
    }
    void certainly(clock, () => onCall(former.callGuid, unblockFormer))
  }
