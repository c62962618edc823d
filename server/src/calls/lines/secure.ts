import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { Securing } from '../calls.ts'
import { notTrying } from './keep-trying.ts'
import { letGoElsewhere } from './let-go.ts'
import type { LineContext } from './line-context.ts'
import { secureLine } from './secure-line.ts'
import type { SecuredLine } from './secured-line.ts'

/**
 * Secures a line for a session, and gives it back where its platform does not confirm that.
 *
 * @throws {Problem} `no-live-call`, `telephone-unavailable`
 */
export async function secure(context: LineContext, callGuid: Guid, securing: Securing): Promise<void> {
  const begun = await begin(context, { callGuid, ...securing }, 'session')
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
 * Secures a line that another node had secured, until that is confirmed.
 *
 * @param from `no-node`: only where no node has it that is there.
 * @throws {Problem} `no-live-call` when it has ended, another session has it, or another node.
 */
export async function takeUp(
  context: LineContext,
  callGuid: Guid,
  { from, ...securing }: Securing & { readonly from: 'any-node' | 'no-node' },
): Promise<void> {
  context.secureAgain(await begin(context, { callGuid, ...securing }, from))
}

type Beginning = Securing & { readonly callGuid: Guid }

/** Whose it may be until now. `session`: of another session, which has it no more. */
type From = 'session' | 'any-node' | 'no-node'

/** Writes down that this node is to secure a line, before its platform is asked. Who had it before asks nothing any more. */
async function begin(context: LineContext, beginning: Beginning, from: From): Promise<SecuredLine> {
  const { begun, heldBy } = await context.onCall(beginning.callGuid, () =>
    beginAlone(context, beginning, from),
  )
  if (heldBy) await letGoElsewhere(context, heldBy, beginning.callGuid)
  return begun
}

async function beginAlone(context: LineContext, { callGuid, ...securing }: Beginning, from: From) {
  const { clock, find, secured } = context
  const isHere = secured.get(callGuid)?.sessionGuid === securing.sessionGuid
  const found = isHere && from !== 'session' ? undefined : await find(callGuid)
  const written = found && (await write(context, { callGuid, ...securing }, from))
  if (!written) throw callEnded()
  const former = secured.get(callGuid)
  former?.trying.stop()
  if (former) former.state = 'ended'
  const begun: SecuredLine = {
    ...securing,
    recording: written.recording,
    line: found.line,
    state: 'securing',
    lostMeanwhile: false,
    nextKey: 0,
    heardAt: clock.now(),
    trying: notTrying,
  }
  secured.set(callGuid, begun)
  return { begun, heldBy: found.heldBy }
}

function write({ store, rows }: LineContext, { callGuid, ...securing }: Beginning, from: From) {
  const { sessionGuid, recording, agentId = null } = securing
  const row = { guid: callGuid, sessionGuid }
  if (from === 'session') return store.write((tx) => rows.secured.first(tx, { ...row, agentId, recording }))
  return store.write((tx) => (from === 'any-node' ? rows.taken : rows.claimed).first(tx, row))
}

const callEnded = () => new Problem('no-live-call', 'The call has ended, or went to another agent.')

const notConfirmed = () =>
  new Problem(
    'telephone-unavailable',
    'The phone system did not confirm that the caller’s keys are hidden from the agent. Nothing was charged. Try again.',
  )
