import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { LinkTarget } from '@tonegate/protocol/view-page-data'
import type { LinkView } from '@tonegate/protocol/view-state'
import { useEffect, useRef, useState } from 'preact/hooks'
import { AddressForm } from './address-form.tsx'
import type { CommandAnswer } from './commands.ts'
import type { Refusal } from './refusal.ts'
import { useTexts } from './use-texts.ts'

type Send = (command: ViewCommand) => Promise<CommandAnswer>

/** The customer's link: how far it has come, and the ways to send it. */
export function LinkPanel({
  link,
  channels,
  callerNumber,
  onSend,
}: {
  readonly link: LinkView
  readonly channels: readonly LinkTarget[]
  readonly callerNumber: string | null
  readonly onSend: Send
}) {
  const texts = useTexts()
  return (
    <section class="link" aria-label={texts.linkHeading}>
      <h2>{texts.linkHeading}</h2>
      <ul class="steps">
        {channels.length > 0 && (
          <li class={link.sent?.state === 'sent' ? 'done' : ''}>{texts.linkSteps.sent}</li>
        )}
        <li class={link.opened ? 'done' : ''}>{texts.linkSteps.opened}</li>
      </ul>
      {channels.length === 0 && <p class="hint">{texts.noChannels}</p>}
      {channels.map((target) => (
        <Channel key={target.channel} {...{ target, link, callerNumber, onSend }} />
      ))}
    </section>
  )
}

/** One way to send the link, with the address where it goes. */
function Channel({
  target: { channel, to },
  link: { sent },
  callerNumber,
  onSend,
}: {
  readonly target: LinkTarget
  readonly link: LinkView
  readonly callerNumber: string | null
  readonly onSend: Send
}) {
  const texts = useTexts()
  const { name, enterAddress, otherAddress } = texts.channels[channel]
  const other = useRef<HTMLButtonElement>(null)
  const { asking, pending, refusal, send, ask, close } = useSending(onSend, { channel, other })
  const last = sent?.channel === channel ? sent : undefined
  const address = last?.to ?? to
  const busy = pending || sent?.state === 'sending'

  return (
    <div class="channel">
      <p class="to">
        <b>{name}</b> {address !== null && <span>{address}</span>}
      </p>
      {asking ? (
        <AddressForm {...{ channel, callerNumber, refusal }} pending={busy} onSend={send} onClose={close} />
      ) : (
        <div class="actions">
          {address !== null && (
            <button
              type="button"
              aria-label={`${last ? texts.sendAgain : texts.send}: ${name}`}
              aria-disabled={busy}
              onClick={() => busy || send(undefined)}
            >
              {last?.state === 'sending' ? texts.sending : last ? texts.sendAgain : texts.send}
            </button>
          )}
          <button type="button" class="plain" ref={other} aria-disabled={busy} onClick={() => busy || ask()}>
            {address === null ? enterAddress : otherAddress}
          </button>
        </div>
      )}
      {!asking && refusal !== undefined && (
        <p class="error" role="alert">
          {texts.refusals[refusal]}
        </p>
      )}
    </div>
  )
}

/**
 * Sends the link to the address that is known, or asks the agent for another one.
 *
 * @param other the button that asks: the focus goes back to it.
 */
function useSending(
  onSend: Send,
  {
    channel,
    other,
  }: {
    readonly channel: LinkTarget['channel']
    readonly other: { readonly current: HTMLButtonElement | null }
  },
) {
  const [asking, setAsking] = useState(false)
  const [pending, setPending] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  const [focus, setFocus] = useState<'where-it-is' | 'on-other'>('where-it-is')
  useEffect(() => {
    if (focus === 'on-other') other.current?.focus()
    setFocus('where-it-is')
  }, [focus])

  function leave(): void {
    setAsking(false)
    setFocus('on-other')
  }

  return {
    asking,
    pending,
    refusal,
    /** @param typed another address than the known one. */
    async send(typed: string | undefined): Promise<void> {
      setPending(true)
      setRefusal(undefined)
      const answer = await onSend({
        command: 'send-link',
        channel,
        ...(typed !== undefined && { to: typed }),
      })
      setPending(false)
      if ('refused' in answer) setRefusal(answer.refused)
      const isUnderWay = !('refused' in answer) || answer.refused === 'not-sent'
      if (typed !== undefined && isUnderWay) leave()
    },
    ask: () => setAsking(true),
    close(): void {
      setRefusal(undefined)
      leave()
    },
  }
}
