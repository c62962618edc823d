import { type Guid, parseGuid } from '../../base/guid.ts'
import { attemptText, isDelivered } from '../../payments/webhooks/attempt.ts'
import type { LoggedDelivery } from '../../payments/webhooks/delivery-log.ts'
import { command } from '../command.ts'
import { accountNamed } from '../find.ts'
import { Refused, WrongUsage } from '../refused.ts'
import { readSecretName } from './secrets.ts'

const account = { value: 'NAME', required: true, help: 'the account' } as const
const secretArgument = { name: 'name', help: 'the name used as signingSecret by account configurations' }

export const addSigningSecret = command({
  name: 'webhook add-secret',
  summary: 'Create a signing secret, or a second one for rotation without an outage; it is shown only once',
  argument: secretArgument,
  options: { account },
  async run(context, given, argument) {
    const secretName = readSecretName(argument)
    const { id, name } = await accountNamed(context, given.account)
    const made = await context.webhooks.signing.add(id, secretName)
    if (made.outcome === 'has-two-already') {
      throw new Refused(
        `${secretName} already has two secrets. Remove the older one first: webhook remove-secret.`,
      )
    }
    if (made.outcome === 'signs-nothing') {
      throw new Refused(
        `${secretName} is not a signing secret: the account '${name}' uses it for something else.`,
      )
    }
    const note =
      made.besides === 'none'
        ? 'This secret is shown only once. Store it now.'
        : `This secret is shown only once. Store it now. Until the older secret is removed, messages are signed with both:
webhook remove-secret ${secretName} --account "${name}"`
    return { kind: 'shown', data: { name: secretName, secret: made.secret }, note }
  },
})

export const removeSigningSecret = command({
  name: 'webhook remove-secret',
  summary: 'Remove the older of two signing secrets; it stops signing within a second',
  argument: secretArgument,
  options: { account },
  async run(context, given, argument) {
    const secretName = readSecretName(argument)
    const { id, name } = await accountNamed(context, given.account)
    const removed = await context.webhooks.signing.removeOldest(id, secretName)
    if (removed === 'no-such-secret') {
      throw new Refused(`The account '${name}' has no signing secret ${secretName}.`)
    }
    if (removed === 'only-one-left') {
      throw new Refused('This is the only signing secret. Add another first, or delete it: secret delete.')
    }
    const text = `The older secret of ${secretName} was removed.`
    return { kind: 'done', text, data: { name: secretName, removed: true } }
  },
})

export const logWebhooks = command({
  name: 'webhook log',
  summary: 'List recent webhook messages of an account and their delivery attempts',
  options: { account, session: { value: 'GUID', help: 'only those of this session' } },
  async run(context, given) {
    const { id } = await accountNamed(context, given.account)
    const session = given.session === undefined ? undefined : sessionOf(given.session)
    const deliveries = await context.webhooks.log.list(id, session)
    return { kind: 'listed', rows: deliveries.flatMap(linesOf), none: 'No messages.' }
  },
})

function linesOf({ id, sessionGuid, configurationId, type, state, dueAt, attempts }: LoggedDelivery) {
  const of = { sessionGuid, webhookId: id, configurationId, type: type ?? 'status' }
  const tried = attempts.map((attempt, index) => ({
    at: isoTime(attempt.at),
    ...of,
    try: index + 1,
    to: attempt.to ?? '',
    milliseconds: attempt.milliseconds,
    result: attemptText(attempt),
  }))
  const last = { ...of, try: attempts.length + 1, to: '', milliseconds: 0 }
  if (state === 'given-up') return [...tried, { at: '', ...last, result: 'given up' }]
  if (state === 'delivered') return tried
  const result = dueAt === null ? 'waiting for the message before it' : 'to be sent next'
  return [...tried, { at: dueAt === null ? '' : isoTime(dueAt), ...last, result }]
}

const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString()

export const redeliverWebhook = command({
  name: 'webhook redeliver',
  summary:
    'Send the newest status of a session again, with the same webhook-id, while its data is still kept',
  argument: { name: 'session', help: 'the sessionGuid' },
  options: {},
  async run(context, _given, argument) {
    const sessionGuid = sessionOf(argument)
    const redelivery = await context.webhooks.log.redeliver(sessionGuid)
    switch (redelivery.outcome) {
      case 'due':
        return {
          kind: 'done',
          text: 'If the server is running, the message will be sent again within about a second: see webhook log.',
          data: redelivery,
        }
      case 'under-way':
        return {
          kind: 'done',
          text: 'The message is being sent, or will be within a minute: see webhook log.',
          data: redelivery,
        }
      case 'data-removed':
        throw new Refused(
          'The message’s data was removed, 15 minutes after delivery or after the last attempt.',
        )
      case 'no-message':
        throw new Refused(`No message of session ${sessionGuid} was found.`)
    }
  },
})

export const testWebhook = command({
  name: 'webhook test',
  summary: 'Send a signed sample message to a webhook and show the result',
  options: { account, configuration: { value: 'ID', required: true, help: 'the account configuration' } },
  async run(context, given) {
    const { id } = await accountNamed(context, given.account)
    if (!/^\d{1,10}$/.test(given.configuration)) {
      throw new WrongUsage(
        `'${given.configuration}' is not a configuration id. Use a whole number, 0 or more.`,
      )
    }
    const attempt = await context.webhooks.test(id, Number(given.configuration))
    if (!isDelivered(attempt)) throw new Refused(`The message was not delivered: ${attemptText(attempt)}.`)
    const { to = '', milliseconds } = attempt
    return { kind: 'done', text: `Delivered to ${to} in ${milliseconds} ms.`, data: { to, milliseconds } }
  },
})

function sessionOf(text: string): Guid {
  const guid = parseGuid(text)
  if (guid === undefined) throw new WrongUsage(`'${text}' is not a sessionGuid.`)
  return guid
}
