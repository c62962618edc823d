import { sandboxCommand } from '../command.ts'
import { Refused, WrongUsage } from '../refused.ts'
import { type Asking, askSandbox, refusal, sandboxUrl, urlOption } from './asking.ts'
import { type Forwarded, forwardedText, forwardWebhook } from './forward-webhook.ts'
import { type HeardWebhook, shownWebhook, webhookLine } from './heard-webhook.ts'
import { readServerSentEvents } from './server-sent-events.ts'

/** After so long a sandbox that is gone is looked for again, and again. */
const pauses = [250, 500, 1_000, 2_000] as const

export const listen = sandboxCommand({
  name: 'listen',
  summary:
    'Show each webhook of a running sandbox as it goes out, and forward it to a program on this machine',
  options: {
    url: urlOption,
    forward: { value: 'URL', help: 'where each webhook is posted to, such as http://127.0.0.1:3000/hook' },
    secret: {
      value: 'SECRET',
      repeatable: true,
      help: 'a signing secret of your own that signatures are checked with',
    },
  },
  async run(asking, { url, forward, secret = [] }) {
    const from = sandboxUrl(asking, url)
    const listening = { asking, from, forward: forwardUrl(forward), secrets: [...secret] }
    try {
      await listenForEver(listening)
    } catch (error) {
      if (!asking.signal.aborted) throw error
    }
    return { kind: 'written' }
  },
})

/** A sandbox that goes is waited for; one that was never there is not. */
async function listenForEver(listening: Listening): Promise<never> {
  const { asking } = listening
  let time: 'first' | 'again' = 'first'
  for (let missed = 0; ; ) {
    try {
      await listenOnce(listening, time)
      missed = 0
      asking.tell('The sandbox has gone. It is looked for again; Ctrl-C ends this.\n')
    } catch (error) {
      if (time === 'first' || asking.signal.aborted || !(error instanceof Refused)) throw error
      missed += 1
    }
    time = 'again'
    await asking.pause(pauses[Math.min(missed, pauses.length - 1)] ?? 0)
    asking.signal.throwIfAborted()
  }
}

interface Listening {
  readonly asking: Asking
  readonly from: URL
  readonly forward: URL | undefined
  readonly secrets: readonly string[]
}

function forwardUrl(text: string | undefined): URL | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol) && url.username === '') return url
  throw new WrongUsage(
    `'${text}' is nothing that a webhook can be posted to. Write it as http://127.0.0.1:3000/hook.`,
  )
}

/** Listens until the sandbox ends the stream. */
async function listenOnce(listening: Listening, time: 'first' | 'again'): Promise<void> {
  const { asking, from, forward } = listening
  const answers = forward ? 'own' : 'none'
  const answer = await askSandbox(asking, new URL(`/sandbox/webhooks?answers=${answers}`, from))
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream') || !answer.body) {
    throw await refusal(answer)
  }
  let secret = ''
  const under = new Set<Promise<void>>()
  try {
    for await (const { event, data } of readServerSentEvents(answer.body)) {
      if (event === 'listening') {
        secret = JSON.parse(data).secret
        await tellBegun(listening, secret, time)
      }
      if (event === 'reset') asking.tell('The sandbox was reset.\n')
      if (event === 'answer') await tellAnswer(listening, JSON.parse(data))
      if (event !== 'webhook') continue
      const handled = handle(listening, JSON.parse(data), secret).finally(() => under.delete(handled))
      under.add(handled)
    }
  } catch (error) {
    if (asking.signal.aborted) throw error
  } finally {
    await Promise.allSettled(under)
  }
}

async function tellBegun({ asking, from, forward }: Listening, secret: string, time: 'first' | 'again') {
  if (asking.form === 'json') {
    return asking.print(
      `${JSON.stringify({ event: 'listening', url: from.origin, secret, forward: forward?.href ?? null })}\n`,
    )
  }
  if (time === 'again') return asking.tell('Listening again.\n')
  asking.tell(
    `Listening to the webhooks of ${from.origin}. Ctrl-C ends it.\n${forward ? `Each is forwarded to ${forward.href}.\n` : ''}Signing secret: ${secret}\n\n`,
  )
}

/** What a receiver answered that the account configuration names. */
async function tellAnswer({ asking }: Listening, { delivery, status, fault }: Told): Promise<void> {
  if (asking.form === 'json') {
    await asking.print(
      `${JSON.stringify({ event: 'answer', delivery, status: status ?? null, fault: fault ?? null })}\n`,
    )
  } else if (status !== 200) {
    await asking.print(`          not delivered: ${fault ?? `answered ${status}`}; it is sent again\n`)
  }
}

interface Told {
  readonly delivery: string
  readonly status?: number
  readonly fault?: string
}

async function handle(
  { asking, from, forward, secrets }: Listening,
  webhook: HeardWebhook,
  secret: string,
): Promise<void> {
  const shown = shownWebhook(webhook, [secret, ...secrets], asking.now())
  const forwarded = forward && (await forwardWebhook(asking, forward, webhook))
  const { delivery, body } = webhook
  // Before the sandbox says what has become of it.
  await asking.print(
    asking.form === 'text'
      ? `${webhookLine(shown)}${forwarded ? `  ${forwardedText(forwarded)}` : ''}\n`
      : `${JSON.stringify({ event: 'webhook', delivery, ...shown, forwarded: forwarded ?? null, body })}\n`,
  )
  if (forwarded && webhook.to === null) await answerFor({ asking, from }, webhook, forwarded)
}

/** What the program answered is what the sandbox goes by: it sends again what was not taken. */
async function answerFor(
  { asking, from }: Pick<Listening, 'asking' | 'from'>,
  { delivery }: HeardWebhook,
  { status = 504 }: Forwarded,
): Promise<void> {
  const answer = await asking
    .fetch(new URL(`/sandbox/webhooks/${delivery}/answer`, from), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status }),
      signal: asking.signal,
    })
    .catch(() => undefined)
  await answer?.body?.cancel()
}
