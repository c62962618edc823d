import { cardToUse } from '@tonegate/protocol/scenarios/scenarios'
import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { useEffect, useState } from 'preact/hooks'
import type { SimulationState } from './simulation/simulation-state.ts'
import { keys, type Tone } from './telephone.ts'
import type { Texts } from './texts.ts'
import { toneOf } from './tone-of.ts'

const lightMilliseconds = 160

/** The caller's telephone: what is heard, a keypad to click or to type on, and messages. */
export function CallerTelephone({
  texts,
  data,
  state,
  sound,
  onSound,
  onPress,
  onCall,
  onHangUp,
}: {
  readonly texts: Texts['telephone']
  readonly data: SimulatorPageData
  readonly state: SimulationState
  readonly sound: 'on' | 'off'
  readonly onSound: (sound: 'on' | 'off') => void
  readonly onPress: (key: Tone) => void
  readonly onCall: () => void
  readonly onHangUp: () => void
}) {
  const { call, scenario, message } = state
  const connected = call?.telephone.call === 'connected'
  const isDigital = state.session?.kind === 'digital'
  const card = scenario ? cardToUse(scenario, data) : undefined
  return (
    <section class="side telephone" aria-labelledby="telephone">
      <div class="heading">
        <h2 id="telephone">{texts.heading}</h2>
        <p>{texts.hint}</p>
      </div>
      <div class={message ? 'handset with-message' : 'handset'}>
        {!isDigital && <Hears texts={texts} call={call} />}
        {call && connected && <Secured texts={texts} telephone={call.telephone} />}
        {message && <Message texts={texts} message={message} />}
        {card && state.playing === 'playing' && (
          <CardToUse texts={texts} pan={card.pan} expiry={data.expiry} />
        )}
        {!isDigital && <Keypad texts={texts} state={state} enabled={connected} onPress={onPress} />}
        <div class="below">
          {connected && (
            <button type="button" class="danger" onClick={onHangUp}>
              {texts.hangUp}
            </button>
          )}
          {!connected && !isDigital && (
            <button type="button" onClick={onCall}>
              {texts.pickUp}
            </button>
          )}
          <SoundBox texts={texts} sound={sound} onSound={onSound} />
        </div>
      </div>
    </section>
  )
}

function Hears({
  texts,
  call,
}: {
  readonly texts: Texts['telephone']
  readonly call: SimulationState['call']
}) {
  const connected = call?.telephone.call === 'connected'
  const said = call?.telephone.said
  return (
    <div class="hears" aria-live="polite">
      <h3>{texts.hears}</h3>
      {call ? (
        <p class="heard" {...(connected && said && { lang: said.language })}>
          {connected ? (said?.text ?? texts.silence) : texts.ended}
        </p>
      ) : (
        <p class="heard quiet">{texts.idle}</p>
      )}
    </div>
  )
}

/** @param expiry MMYY. */
function CardToUse({
  texts,
  pan,
  expiry,
}: {
  readonly texts: Texts['telephone']
  readonly pan: string
  readonly expiry: string
}) {
  return (
    <div class="card-to-use">
      <h3>{texts.card}</h3>
      <p>
        <code>{groupsOfFour(pan)}</code>
      </p>
      <p class="quiet">{texts.cardFacts(`${expiry.slice(0, 2)}/${expiry.slice(2)}`)}</p>
    </div>
  )
}

function SoundBox({
  texts,
  sound,
  onSound,
}: {
  readonly texts: Texts['telephone']
  readonly sound: 'on' | 'off'
  readonly onSound: (sound: 'on' | 'off') => void
}) {
  return (
    <label>
      <input
        type="checkbox"
        checked={sound === 'on'}
        onChange={({ currentTarget }) => onSound(currentTarget.checked ? 'on' : 'off')}
      />
      {texts.sound}
    </label>
  )
}

function Secured({
  texts,
  telephone: { secured },
}: {
  readonly texts: Texts['telephone']
  readonly telephone: NonNullable<SimulationState['call']>['telephone']
}) {
  return <p class={`secured ${secured ? 'yes' : 'no'}`}>{secured ? texts.secured : texts.open}</p>
}

function Message({
  texts,
  message,
}: {
  readonly texts: Texts['telephone']
  readonly message: NonNullable<SimulationState['message']>
}) {
  return (
    <div class="message">
      <h3>{texts.message}</h3>
      <p class="bubble">{message.text || texts.messageText(message.url)}</p>
      <a class="button" href={message.url} target="_blank" rel="noreferrer">
        {texts.openPage}
        <span class="unseen"> ({texts.opensNewTab})</span>
      </a>
    </div>
  )
}

/** Digits, `*` and `#` of the computer's keyboard press the keys, too, while one of them has the focus. */
function Keypad({
  texts,
  state: { pressed, lastKey },
  enabled,
  onPress,
}: {
  readonly texts: Texts['telephone']
  readonly state: SimulationState
  readonly enabled: boolean
  readonly onPress: (key: Tone) => void
}) {
  const [lit, setLit] = useState<Tone>()
  useEffect(() => {
    if (!lastKey) return
    setLit(lastKey.key)
    const timer = setTimeout(() => setLit(undefined), lightMilliseconds)
    return () => clearTimeout(timer)
  }, [lastKey])

  function typed(event: KeyboardEvent): void {
    const key = toneOf(event.key)
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    onPress(key)
  }

  return (
    <fieldset class="keypad" aria-label={texts.keypad} onKeyDown={typed}>
      <p class="display">
        <span class="unseen">{texts.display}: </span>
        {pressed}
      </p>
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          class={lit === key ? 'key lit' : 'key'}
          aria-label={texts.key(key)}
          disabled={!enabled}
          onClick={() => onPress(key)}
        >
          {key}
        </button>
      ))}
    </fieldset>
  )
}

const groupsOfFour = (pan: string): string => pan.replace(/(\d{4})(?=\d)/g, '$1 ')
