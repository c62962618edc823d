import type { Clock } from '../../base/clock.ts'
import { NoAnswer } from '../../base/outgoing/outgoing.ts'
import type { OutgoingByAddress } from '../../base/outgoing/outgoing-by-address.ts'
import { signWebhook } from '../../base/signing/standard-webhooks.ts'
import { LineFault } from '../line-control.ts'
import type { PlatformSettings } from '../platforms/platform.ts'
import { type Command, confirmationMilliseconds } from './command.ts'

/** What a platform answers beside its status is not looked at. */
const maxBytes = 64 * 1024

/** Sends a command to a platform's control URL, signed as Standard Webhooks lay down. @throws {LineFault} */
export type PostCommand = (
  settings: PlatformSettings & { readonly controlUrl: string },
  command: Command,
) => Promise<void>

export const createPostCommand =
  ({ clock, outgoing }: { readonly clock: Clock; readonly outgoing: OutgoingByAddress }): PostCommand =>
  async ({ controlUrl, privateAddresses, signingSecret }, command) => {
    const body = Buffer.from(JSON.stringify(command))
    const url = new URL(controlUrl)
    const signed = signWebhook({ id: command.commandId, sentAt: clock.now(), body, secrets: [signingSecret] })
    const answer = outgoing[privateAddresses]({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', 'user-agent': 'Tonegate-Calls', ...signed },
      body,
      maxBytes,
      timeoutMilliseconds: confirmationMilliseconds,
    })
    const { status } = await answer.catch((error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error
      throw new LineFault(`The platform at ${url.origin} did not confirm ${command.type}: ${error.reason}.`)
    })
    if (status >= 200 && status < 300) return
    throw new LineFault(
      `The platform at ${url.origin} did not confirm ${command.type}: it answered ${status}.`,
    )
  }
