import type { ViewCommand } from '@tonegate/protocol/view-command'
import { Type } from 'typebox'
import type { Clock } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { OpenSession } from '../model/vault-sessions.ts'
import { refuseClosed, requireSession, ViewAddress, type ViewRoutes, viewPath } from './view-access.ts'

const CommandBody = Type.Object({
  command: Type.Enum(['ask', 'slow-mode', 'inter-digit', 'entry', 'send-link', 'pay', 'cancel']),
  field: Type.Optional(Type.Enum(['pan', 'expiry', 'securityCode'])),
  on: Type.Optional(Type.Enum(['on', 'off'])),
  seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
  entry: Type.Optional(Type.Enum(['keypad', 'link'])),
  channel: Type.Optional(Type.Enum(['sms', 'email'])),
  to: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
  until: Type.Optional(Type.Integer({ minimum: 0 })),
})

/**
 * `POST …/commands`: the buttons of the agent view. Answers with the state that the command left; `pay` when
 * the gateway has answered.
 *
 * `until`, in milliseconds since the epoch by this server's clock, is how long the command is good: one that a browser, a
 * proxy or a network has held for longer does nothing, for whoever sent it has given it up. Without it a command is good
 * whenever it comes.
 *
 * @throws {Problem} `command-late` after `until`, `not-possible-now` when the session is past it, and what {@link requireSession} throws.
 */
export function registerViewCommands(
  app: Http,
  { sessions, viewTokens, setHeaders, clock }: ViewRoutes & { readonly clock: Clock },
): void {
  app.post(
    `${viewPath}/commands`,
    { schema: { params: ViewAddress, body: CommandBody }, onRequest: setHeaders },
    async (request) => {
      const session = requireSession({ sessions, viewTokens }, request)
      const { until = Number.POSITIVE_INFINITY } = request.body
      if (clock.now() > until) {
        throw new Problem('command-late', 'The command arrived too late. Nothing was done.')
      }
      await obey(session, parseCommand(request.body))
      refuseClosed(session)
      return session.view()
    },
  )
}

function parseCommand({
  command,
  field,
  on,
  seconds,
  entry,
  channel,
  to,
}: Type.Static<typeof CommandBody>): ViewCommand {
  switch (command) {
    case 'ask':
      if (field === undefined) throw missing('field')
      return { command, field }
    case 'slow-mode':
      if (on === undefined) throw missing('on')
      return { command, on }
    case 'inter-digit':
      if (seconds === undefined) throw missing('seconds')
      return { command, seconds }
    case 'entry':
      if (entry === undefined) throw missing('entry')
      return { command, entry }
    case 'send-link':
      if (channel === undefined) throw missing('channel')
      return { command, channel, ...(to !== undefined && { to }) }
    default:
      return { command }
  }
}

function missing(member: string): Problem {
  return new Problem('invalid-request', `The request is not valid: /${member} is missing.`, {
    errors: [{ path: `/${member}`, message: 'is missing' }],
  })
}

async function obey(session: OpenSession, command: ViewCommand): Promise<void> {
  switch (command.command) {
    case 'ask':
      return session.ask(command.field)
    case 'slow-mode':
      return session.slowMode(command.on)
    case 'inter-digit':
      return session.waitBetweenDigits(command.seconds)
    case 'entry':
      return session.enterBy(command.entry)
    case 'send-link':
      return void (await session.sendLink(command))
    case 'pay':
      return session.pay()
    case 'cancel':
      return session.cancel()
  }
}
