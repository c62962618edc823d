import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewState } from '@tonegate/protocol/view-state'
import { useEffect, useState } from 'preact/hooks'
import type { CommandAnswer } from './commands.ts'
import type { ShownWarning } from './texts/texts.ts'
import { useTexts } from './use-texts.ts'

interface Acting {
  readonly state: ViewState
  readonly enabled: boolean
  /** The server's time, in milliseconds since the epoch. */
  readonly serverNow: () => number
  readonly onCommand: (command: ViewCommand) => Promise<CommandAnswer>
}

/** What the agent has to know at once, each with what can be done about it. */
export function Warnings({ state, enabled, serverNow, onCommand }: Acting) {
  const texts = useTexts()
  const warnings: readonly ShownWarning[] = [
    ...(state.caller === 'hung-up' ? [endOfCall(state)] : []),
    ...state.warnings,
  ]
  return (
    <div class="warnings" aria-live="assertive">
      {!state.result &&
        warnings.map((warning) => (
          <div class="warning" key={warning}>
            <p>
              <strong>{texts.warnings[warning].heading}</strong> {texts.warnings[warning].advice}
            </p>
            {warning === 'doubled-tones' && enabled && (
              <button type="button" onClick={() => onCommand({ command: 'slow-mode', on: 'on' })}>
                {texts.turnOnSlowMode}
              </button>
            )}
            {offersLink.has(warning) && state.entry === 'keypad' && enabled && (
              <button type="button" onClick={() => onCommand({ command: 'entry', entry: 'link' })}>
                {texts.useLink}
              </button>
            )}
            {warning === 'ending-soon' && enabled && (
              <EndingSoon state={state} serverNow={serverNow} onCommand={onCommand} />
            )}
          </div>
        ))}
    </div>
  )
}

/** Where the keypad is not the way on, the link is one press away. */
const offersLink: ReadonlySet<ShownWarning> = new Set([
  'line-lost',
  'in-band-tones',
  'earlier-tones',
  'audio-lost',
  'keys-lost',
  'call-ended',
  'hung-up',
])

function endOfCall({ entry, link, callEndedBy }: ViewState): ShownWarning {
  if (callEndedBy) return 'call-ended'
  return entry === 'link' && (link.sent || link.opened) ? 'hung-up-with-link' : 'hung-up'
}

/** Counts down, and extends the session: any command counts as activity, so the slow mode is set to what it is. */
function EndingSoon({ state, serverNow, onCommand }: Omit<Acting, 'enabled'>) {
  const texts = useTexts()
  const [now, setNow] = useState(serverNow)
  const [couldNotExtend, setCouldNotExtend] = useState(false)
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [])

  async function goOn(): Promise<void> {
    const answer = await onCommand({ command: 'slow-mode', on: state.slowMode ? 'on' : 'off' })
    setCouldNotExtend('endsAt' in answer && answer.warnings.includes('ending-soon'))
  }

  return (
    <>
      <p>
        {texts.timeLeft}:{' '}
        <b class="time" role="timer">
          {minutesAndSeconds(state.endsAt - now)}
        </b>
      </p>
      {couldNotExtend ? (
        <p>{texts.cannotGoOn}</p>
      ) : (
        <button type="button" onClick={goOn}>
          {texts.goOn}
        </button>
      )}
    </>
  )
}

function minutesAndSeconds(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
