import type { LineParts } from './line-parts.ts'
import type { SecuredLine } from './secured-line.ts'

/**
 * Has a line secured, and its recording paused before where that is wanted. Its keys count from 0 again.
 *
 * @throws {LineFault}
 */
export async function secureLine(
  secured: SecuredLine,
  { control, newGuid }: Pick<LineParts, 'control' | 'newGuid'>,
): Promise<void> {
  const { line, sessionGuid, recording } = secured
  if (recording === 'pause') await control.pauseRecording(line, { commandId: newGuid(), sessionGuid })
  await control.secure(line, { commandId: newGuid(), sessionGuid })
  secured.nextKey = 0
}
