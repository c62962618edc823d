import { fieldAskedAt } from '@tonegate/protocol/steps'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { ViewState } from '@tonegate/protocol/view-state'
import type { Ref } from 'preact'
import { Result } from './result.tsx'
import { labelOfWords, whereItStands, wordsToSay } from './situation.ts'
import type { Connection } from './use-session.ts'
import { useTexts } from './use-texts.ts'

/** Where the session stands and what to say next; in the end, how it ended. Takes the focus that has lost its place. */
export function Standing({
  data,
  state,
  connection,
  isSending,
  refusal,
  focusable,
}: {
  readonly data: ViewPageData
  readonly state: ViewState
  readonly connection: Connection
  /** A command has been waiting for its answer for a while. */
  readonly isSending: boolean
  readonly refusal: string | undefined
  readonly focusable: Ref<HTMLElement>
}) {
  const texts = useTexts()
  const reachable = connection === 'live' || connection === 'lost'
  const label = labelOfWords(state, texts)
  const words = label !== undefined && <Say label={label} words={wordsToSay(state, data, texts)} />
  return (
    <section class="standing" aria-live="polite" ref={focusable} tabIndex={-1}>
      {state.result ? (
        <Result state={state}>{words}</Result>
      ) : (
        reachable && (
          <div class={`situation ${toneOf(state)}`}>
            <p class="where">{whereItStands(state, data, texts)}</p>
            {words}
          </div>
        )
      )}
      {!state.result && <ConnectionNotice connection={connection} />}
      {isSending && !state.result && <p class="notice">{texts.commandUnderWay}</p>}
      {refusal !== undefined && <p class="notice danger">{refusal}</p>}
    </section>
  )
}

/** The words that the agent is advised to say. */
function Say({ label, words }: { readonly label: string; readonly words: string }) {
  return (
    <p class="say">
      <span class="label">{label}</span> <q>{words}</q>
    </p>
  )
}

/** `refused` when something that was tried has not worked out. */
function toneOf({ entry, step, fields, link }: ViewState): 'refused' | '' {
  if (entry === 'link') return link.sent?.state === 'failed' && !link.opened ? 'refused' : ''
  const field = fieldAskedAt(step)
  return field && fields[field].state === 'refused' ? 'refused' : ''
}

function ConnectionNotice({ connection }: { readonly connection: Connection }) {
  const texts = useTexts()
  switch (connection) {
    case 'lost':
      return <p class="notice danger">{texts.connectionLost}</p>
    case 'gone':
      return <p class="notice">{texts.sessionGone}</p>
    case 'no-access':
      return <p class="notice danger">{texts.accessLost}</p>
    case 'closed':
      return <p class="notice danger">{texts.accessEnded}</p>
    case 'live':
      return null
  }
}
