import { type Static, Type } from 'typebox'
import type { Clock } from '../base/clock.ts'
import { type Guid, parseGuid } from '../base/guid.ts'
import type { Http } from '../base/http.ts'
import { Problem } from '../base/problem.ts'
import type { Tone } from '../calls/calls.ts'
import type { SimulatedCalls } from '../calls/simulated-calls.ts'
import type { Payments } from '../payments/payments.ts'
import type { CaptureSessions } from '../vault/capture-sessions.ts'
import { registerTelephoneEvents } from './telephone-events.ts'

const newCall = Type.Object({ agentId: Type.String({ minLength: 1, maxLength: 255 }) })

/** `gapMilliseconds` is the pause between two keys, for those who want to watch. */
const pressedKeys = Type.Object({
  keys: Type.String({ minLength: 1, maxLength: 256, pattern: '^[0-9*#]+$' }),
  gapMilliseconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 2000 })),
})

const callTrouble = Type.Object({ trouble: Type.Enum(['in-band-tones', 'audio-lost', 'audio-back']) })

const callPath = Type.Object({ callGuid: Type.String() })
const sessionPath = Type.Object({ sessionGuid: Type.String() })

/**
 * The sandbox's telephone: `POST /sandbox/calls` puts an agent on a call, `…/calls/{callGuid}/keys` presses
 * the caller's keys, `…/trouble` lets something go wrong, `GET …/events` tells what the caller hears,
 * `DELETE …/calls/{callGuid}` hangs up, and `…/sessions/{sessionGuid}/keys` presses keys for a session that has no
 * call.
 */
export function telephoneRoutes({
  accountId,
  calls,
  captures,
  clock,
  payments,
}: {
  readonly accountId: number
  readonly calls: SimulatedCalls
  readonly captures: Pick<CaptureSessions, 'find'>
  readonly clock: Clock
  readonly payments: Pick<Payments, 'findProviderSession'>
}) {
  /** The capture session of a payment session; one that was launched by the provider contract is its own. */
  async function captureOf(sessionGuid: Guid): Promise<Guid> {
    const session = await payments.findProviderSession(sessionGuid)
    if (session) return session.providerSessionGuid
    if (captures.find(sessionGuid)) return sessionGuid
    throw new Problem('not-found', 'There is no such session.')
  }

  return (app: Http): void => {
    app.post('/sandbox/calls', { schema: { body: newCall } }, async ({ body }) => ({
      callGuid: calls.open(accountId, body.agentId).callGuid,
    }))

    app.post(
      '/sandbox/calls/:callGuid/keys',
      { schema: { params: callPath, body: pressedKeys } },
      async ({ params, body }) => {
        const callGuid = guidOf(params.callGuid)
        const tones = tonesOf(body)
        const heardBy = await calls.press(accountId, callGuid, tones, body.gapMilliseconds ?? 0)
        return { callGuid, pressed: tones.length, heardBy }
      },
    )

    app.post(
      '/sandbox/calls/:callGuid/trouble',
      { schema: { params: callPath, body: callTrouble } },
      async ({ params, body }) => {
        const callGuid = guidOf(params.callGuid)
        calls.trouble(accountId, callGuid, body.trouble)
        return { callGuid, trouble: body.trouble }
      },
    )

    registerTelephoneEvents(app, { accountId, calls, clock })

    app.delete('/sandbox/calls/:callGuid', { schema: { params: callPath } }, async ({ params }) => {
      const callGuid = guidOf(params.callGuid)
      calls.hangUp(accountId, callGuid)
      return { callGuid }
    })

    app.post(
      '/sandbox/sessions/:sessionGuid/keys',
      { schema: { params: sessionPath, body: pressedKeys } },
      async ({ params, body }) => {
        const sessionGuid = guidOf(params.sessionGuid)
        const tones = tonesOf(body)
        const captureGuid = await captureOf(sessionGuid)
        for (const [index, tone] of tones.entries()) {
          if (index > 0 && body.gapMilliseconds) await pause(clock, body.gapMilliseconds)
          const capture = captures.find(captureGuid)
          if (!capture) {
            throw new Problem(
              'session-ended',
              `The session has ended; ${index} keys were pressed before it did.`,
            )
          }
          capture.press(tone)
        }
        return { sessionGuid, pressed: tones.length, heardBy: 'listener' }
      },
    )
  }
}

const tonesOf = ({ keys }: Static<typeof pressedKeys>): readonly Tone[] => [...keys] as Tone[]

const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => clock.after(milliseconds, resolve))

function guidOf(text: string): Guid {
  const guid = parseGuid(text)
  if (guid) return guid
  throw new Problem('not-found', 'There is nothing with this id.')
}
