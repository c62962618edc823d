import type { Tone } from '@tonegate/protocol/telephone'
import { type Static, Type } from 'typebox'
import type { Clock } from '../base/clock.ts'
import { type Guid, parseGuid } from '../base/guid.ts'
import { Problem } from '../base/problem.ts'
import { readKeys } from '../calls/api/read-keys.ts'
import type { Http } from '../http/http.ts'
import type { VaultSessions } from '../vault/model/vault-sessions.ts'
import type { ReportedTrouble } from './phone/calls-client.ts'
import type { SandboxPhone } from './phone/phone.ts'
import { registerTelephoneEvents } from './telephone-events.ts'

/** An agent has one call: a new one ends the former, or with `whenOnCall: 'refuse'` is not begun. */
const newCall = Type.Object({
  agentId: Type.String({ minLength: 1, maxLength: 255 }),
  whenOnCall: Type.Optional(Type.Enum(['end', 'refuse'])),
})

/**
 * Keys are a text of `0` to `9`, `*` and `#`, 256 at most. They are a card's digits, and stay bytes. `gapMilliseconds`
 * is the pause between two keys, for those who want to watch.
 */
const pressedKeys = Type.Object({
  keys: Type.Unsafe<unknown>({}),
  gapMilliseconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 2000 })),
})

const callTrouble = Type.Object({ trouble: Type.Enum(['in-band-tones', 'audio-lost', 'audio-back']) })

/** What they are called in the calls API. */
const troubles = {
  'in-band-tones': 'tones-in-audio',
  'audio-lost': 'audio-lost',
  'audio-back': 'audio-back',
} as const satisfies Record<Static<typeof callTrouble>['trouble'], ReportedTrouble>

const config = { holdsSecrets: true } as const

const callPath = Type.Object({ callGuid: Type.String() })
const sessionPath = Type.Object({ sessionGuid: Type.String() })

/**
 * The sandbox's telephone: `POST /sandbox/calls` puts an agent on a call, `…/calls/{callGuid}/keys` presses
 * the caller's keys, `…/trouble` lets something go wrong, `GET …/events` tells what the caller hears,
 * `DELETE …/calls/{callGuid}` hangs up, and `…/sessions/{sessionGuid}/keys` presses keys for a session that has no
 * call.
 */
export function telephoneRoutes({
  phone,
  sessions,
  clock,
  findVaultSession,
}: {
  readonly phone: SandboxPhone
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly clock: Clock
  /** The vault’s session of a session that a request names. */
  readonly findVaultSession: (sessionGuid: Guid) => Promise<Guid | undefined>
}) {
  return (app: Http): void => {
    app.post('/sandbox/calls', { schema: { body: newCall } }, async ({ body }) => ({
      callGuid: (await phone.open(body.agentId, body.whenOnCall)).callGuid,
    }))

    app.post(
      '/sandbox/calls/:callGuid/keys',
      { schema: { params: callPath, body: pressedKeys }, config },
      async ({ params, body }) => {
        const callGuid = guidOf(params.callGuid, 'call')
        const keys = readKeys(body.keys, maxKeys)
        const heardBy = await phone.press(callGuid, { keys, gapMilliseconds: body.gapMilliseconds ?? 0 })
        return { callGuid, pressed: keys.length, heardBy }
      },
    )

    app.post(
      '/sandbox/calls/:callGuid/trouble',
      { schema: { params: callPath, body: callTrouble } },
      async ({ params, body }) => {
        const callGuid = guidOf(params.callGuid, 'call')
        await phone.trouble(callGuid, troubles[body.trouble])
        return { callGuid, trouble: body.trouble }
      },
    )

    registerTelephoneEvents(app, { phone, clock })

    app.delete('/sandbox/calls/:callGuid', { schema: { params: callPath } }, async ({ params }) => {
      const callGuid = guidOf(params.callGuid, 'call')
      await phone.hangUp(callGuid)
      return { callGuid }
    })

    app.post(
      '/sandbox/sessions/:sessionGuid/keys',
      { schema: { params: sessionPath, body: pressedKeys }, config },
      async ({ params, body }) => {
        const sessionGuid = guidOf(params.sessionGuid, 'session')
        const keys = readKeys(body.keys, maxKeys)
        const guid = await findVaultSession(sessionGuid)
        if (!guid) throw new Problem('not-found', 'No session has this id.')
        for (const [index, key] of keys.entries()) {
          if (index > 0 && body.gapMilliseconds) await pause(clock, body.gapMilliseconds)
          const session = sessions.find(guid)
          if (!session) {
            throw new Problem('session-ended', `The session has ended. Keys pressed before that: ${index}.`)
          }
          session.press(toneOf(key))
        }
        return { sessionGuid, pressed: keys.length, heardBy: 'listener' }
      },
    )
  }
}

const maxKeys = 256

const toneOf = (key: number): Tone => String.fromCharCode(key) as Tone

const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => clock.after(milliseconds, resolve))

function guidOf(text: string, what: 'call' | 'session'): Guid {
  const guid = parseGuid(text)
  if (guid) return guid
  throw new Problem('not-found', `No ${what} has this id.`)
}
