import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Securing } from '../calls.ts'
import { notTrying } from './keep-trying.ts'
import type { LineContext } from './line-context.ts'
import { secureLine } from './secure-line.ts'
import type { SecuredLine } from './secured-line.ts'

/**
 * Secures a line for a session, and gives it back where its platform does not confirm that.
 *
 * @throws {Problem} `no-live-call`, `telephone-unavailable`
 */
export async function secure(context: LineContext, callGuid: Guid, securing: Securing): Promise<void> {
  const begun = await begin(context, callGuid, securing)
  try {
    await secureWhereItIs(begun, context)
  } catch (error) {
    if (begun.state !== 'securing') throw callEnded()
    const about = { err: error, call: callGuid, capture: securing.sessionGuid }
    context.log.warn(about, 'a line could not be secured')
    context.giveBack(begun)
    throw notConfirmed()
  }
  if (begun.state !== 'securing') throw callEnded()
  begun.state = 'secured'
  if (begun.lostMeanwhile) context.secureAgain(begun)
}

/** Where its media went elsewhere while it was asked for, it is asked for there, at once. */
async function secureWhereItIs(begun: SecuredLine, context: LineContext): Promise<void> {
  try {
    await secureLine(begun, context)
  } catch (error) {
    if (!begun.lostMeanwhile || begun.state !== 'securing') throw error
    begun.lostMeanwhile = false
    await secureLine(begun, context)
  }
}

/**
 * Secures a line that the process before this one left, until that is confirmed.
 *
 * @throws {Problem} `no-live-call`
 */
export async function takeUp(context: LineContext, callGuid: Guid, securing: Securing): Promise<void> {
  context.secureAgain(await begin(context, callGuid, securing))
}

/**
 * Writes down that a line is to be secured, before its platform is asked. The session before it, if there is one, has it no
 * more; what it paused of the recording stays so.
 */
const begin = (context: LineContext, callGuid: Guid, securing: Securing): Promise<SecuredLine> =>
  context.onCall(callGuid, () => beginAlone(context, callGuid, securing))

async function beginAlone(
  { store, clock, rows, find, secured }: LineContext,
  callGuid: Guid,
  securing: Securing,
): Promise<SecuredLine> {
  const { sessionGuid, agentId } = securing
  const former = secured.get(callGuid)
  const recording = former?.recording === 'pause' ? 'pause' : securing.recording
  const line = await find(callGuid)
  const row = { guid: callGuid, agentId: agentId ?? null, sessionGuid, recording }
  const written = line && (await store.write((tx) => rows.secured.run(tx, row)))
  if (!line || !written) throw callEnded()
  former?.trying.stop()
  if (former) former.state = 'ended'
  const begun: SecuredLine = {
    ...securing,
    recording,
    line,
    state: 'securing',
    lostMeanwhile: false,
    nextKey: 0,
    heardAt: clock.now(),
    trying: notTrying,
  }
  secured.set(callGuid, begun)
  return begun
}

const callEnded = () => new Problem('no-live-call', 'The call has ended, or went to another agent.')

const notConfirmed = () =>
  new Problem(
    'telephone-unavailable',
    'The phone system did not confirm that the caller’s keys are hidden from the agent. Nothing was charged. Try again.',
  )
