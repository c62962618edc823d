import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewState } from '@tonegate/protocol/view-state'
import { useTexts } from './use-texts.ts'

const waits: readonly number[] = [4, 8, 12, 20, 30]

/** For callers who have trouble with their telephone: slow mode, a longer wait, a link instead of an open keypad. */
export function KeypadHelp({
  state: { entry, keypad, slowMode, interDigitSeconds },
  onCommand,
}: {
  readonly state: ViewState
  readonly onCommand: (command: ViewCommand) => void
}) {
  const texts = useTexts()
  const isKeyed = entry === 'keypad'
  if (keypad === 'closed') return null
  return (
    <section class="help" aria-label={texts.settingsHeading}>
      {isKeyed && <SlowMode isOn={slowMode} onChange={(on) => onCommand({ command: 'slow-mode', on })} />}
      {isKeyed && (
        <Wait
          seconds={interDigitSeconds}
          onChange={(seconds) => onCommand({ command: 'inter-digit', seconds })}
        />
      )}
      <button
        key="entry"
        type="button"
        onClick={() => onCommand({ command: 'entry', entry: isKeyed ? 'link' : 'keypad' })}
      >
        {isKeyed ? texts.useLink : texts.useKeypad}
      </button>
    </section>
  )
}

/** The switch for telephones that double tones. */
function SlowMode({
  isOn,
  onChange,
}: {
  readonly isOn: boolean
  readonly onChange: (on: 'on' | 'off') => void
}) {
  const texts = useTexts()
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-checked={isOn}
        aria-describedby="slow-mode-hint"
        onChange={({ currentTarget }) => onChange(currentTarget.checked ? 'on' : 'off')}
      />
      <span>
        {texts.slowMode}
        <small id="slow-mode-hint">{texts.slowModeHint}</small>
      </span>
    </label>
  )
}

function Wait({
  seconds,
  onChange,
}: {
  readonly seconds: number
  readonly onChange: (seconds: number) => void
}) {
  const texts = useTexts()
  const choices = [...new Set([...waits, seconds])].sort((one, other) => one - other)
  return (
    <label class="choice">
      <span>{texts.waitBetweenDigits}</span>
      <select value={seconds} onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}>
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === seconds}>
            {texts.seconds(choice)}
          </option>
        ))}
      </select>
    </label>
  )
}
