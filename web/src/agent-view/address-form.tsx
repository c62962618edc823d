import type { LinkChannel } from '@tonegate/protocol/view-state'
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Refusal } from './refusal.ts'
import { useTexts } from './use-texts.ts'

/** Asks for the address that the link goes to. It is sent and forgotten: the browser keeps nothing of it. */
export function AddressForm({
  channel,
  callerNumber,
  pending,
  refusal,
  onSend,
  onClose,
}: {
  readonly channel: LinkChannel
  readonly callerNumber: string | null
  readonly pending: boolean
  readonly refusal: Refusal | undefined
  readonly onSend: (address: string) => void
  readonly onClose: () => void
}) {
  const texts = useTexts()
  const { addressLabel, addressHint } = texts.channels[channel]
  const offered = channel === 'sms' ? callerNumber : null
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => input.current?.focus(), [])
  const id = `address-${channel}`

  /** It is looked at, and sent by another press. */
  function fillIn(number: string): void {
    if (input.current) input.current.value = number
    input.current?.focus()
  }

  return (
    <form
      class="address input"
      noValidate
      autoComplete="off"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      onSubmit={(event) => {
        event.preventDefault()
        if (!pending) onSend(input.current?.value ?? '')
        input.current?.focus()
      }}
    >
      <label for={id}>{addressLabel}</label>
      <input
        id={id}
        ref={input}
        inputMode={channel === 'sms' ? 'tel' : 'email'}
        autoComplete="off"
        spellcheck={false}
        maxLength={320}
        aria-describedby={`${id}-hint ${id}-error`}
        {...(refusal === 'address' && { 'aria-invalid': true })}
      />
      {offered !== null && isInternational(offered) && (
        <button type="button" class="plain" onClick={() => fillIn(offered)}>
          {texts.useCallerNumber}
        </button>
      )}
      <p class="hint" id={`${id}-hint`}>
        {addressHint}
      </p>
      <p class="error" id={`${id}-error`} role="alert">
        {refusal !== undefined && texts.refusals[refusal]}
      </p>
      <div class="actions">
        <button type="submit" aria-disabled={pending}>
          {pending ? texts.sending : texts.send}
        </button>
        <button type="button" class="plain" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </form>
  )
}

/** With a country code, so that it is a number anywhere. What a phone system says of a hidden one is none. */
const isInternational = (number: string): boolean => /^\+\d{6,15}$/.test(number)
