import { type Language, regionalTag } from '@tonegate/protocol/languages'
import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewState } from '@tonegate/protocol/view-state'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { CommandAnswer } from './commands.ts'
import { useTexts } from './use-texts.ts'

/** Take the payment, which behind a link the customer does; or cancel it, which asks once more. */
export function Actions({
  state,
  enabled,
  underWay,
  endsAt,
  onCommand,
}: {
  readonly state: ViewState
  readonly enabled: boolean
  /** Commands that have not been answered yet. */
  readonly underWay: readonly ViewCommand[]
  /** By this machine's clock, in milliseconds since the epoch. */
  readonly endsAt: number
  readonly onCommand: (command: ViewCommand) => Promise<CommandAnswer>
}) {
  const texts = useTexts()
  const [asking, setAsking] = useState<'nothing' | 'whether-to-cancel'>('nothing')
  const cancel = useRef<HTMLButtonElement>(null)
  const [focus, setFocus] = useState<'where-it-is' | 'on-cancel'>('where-it-is')
  useEffect(() => {
    if (focus === 'on-cancel') cancel.current?.focus()
    setFocus('where-it-is')
  }, [focus])

  const isSent = (name: ViewCommand['command']) => underWay.some(({ command }) => command === name)
  if (asking === 'whether-to-cancel' && enabled) {
    const goOn = () => {
      setAsking('nothing')
      setFocus('on-cancel')
    }
    return (
      <CancelQuestion isSent={isSent('cancel')} onYes={() => onCommand({ command: 'cancel' })} onNo={goOn} />
    )
  }
  const processing = state.state === 'processing'
  const isTaking = processing || isSent('pay')
  return (
    <>
      <div class="actions">
        {(state.entry === 'keypad' || processing) && (
          <button
            type="button"
            class="primary"
            disabled={!enabled || state.state !== 'confirming'}
            aria-disabled={isSent('pay')}
            onClick={() => isSent('pay') || onCommand({ command: 'pay' })}
          >
            {isTaking ? texts.takingPayment : texts.takePayment}
          </button>
        )}
        <button type="button" ref={cancel} disabled={!enabled} onClick={() => setAsking('whether-to-cancel')}>
          {texts.cancel}
        </button>
      </div>
      {!processing && <p class="footnote">{texts.endsAt(clockTime(endsAt, texts.language))}</p>}
    </>
  )
}

function CancelQuestion({
  isSent,
  onYes,
  onNo,
}: {
  readonly isSent: boolean
  readonly onYes: () => void
  readonly onNo: () => void
}) {
  const texts = useTexts()
  const no = useRef<HTMLButtonElement>(null)
  useEffect(() => no.current?.focus(), [])
  return (
    <fieldset class="question" onKeyDown={({ key }) => key === 'Escape' && onNo()}>
      <legend>{texts.cancelQuestion}</legend>
      <div class="actions">
        <button type="button" class="danger" aria-disabled={isSent} onClick={() => isSent || onYes()}>
          {texts.cancelYes}
        </button>
        <button type="button" ref={no} onClick={onNo}>
          {texts.cancelNo}
        </button>
      </div>
    </fieldset>
  )
}

function clockTime(milliseconds: number, language: Language): string {
  const locale = regionalTag(language, navigator.languages)
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short' }).format(milliseconds)
}
