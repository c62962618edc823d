import type { ViewState } from '../../../server/src/vault/view-state.ts'
import { texts } from './texts.ts'

/** The switch for telephones that double tones. */
export function SlowMode({
  state,
  enabled,
  onChange,
}: {
  readonly state: ViewState
  readonly enabled: boolean
  readonly onChange: (on: 'on' | 'off') => void
}) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        checked={state.slowMode}
        aria-checked={state.slowMode}
        disabled={!enabled}
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
