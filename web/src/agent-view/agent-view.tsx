import type { ViewCommand } from '@tonegate/protocol/view-command'
import type { ViewPageData } from '@tonegate/protocol/view-page-data'
import type { FieldName, ViewState } from '@tonegate/protocol/view-state'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Actions } from './actions.tsx'
import type { CommandAnswer } from './commands.ts'
import { FieldRow } from './field-row.tsx'
import { KeypadHelp } from './keypad-help.tsx'
import { LinkPanel } from './link-panel.tsx'
import { OrderHeader } from './order-header.tsx'
import type { Refusal } from './refusal.ts'
import { Standing } from './standing.tsx'
import type { LanguageTexts } from './texts/texts.ts'
import { textsFor } from './texts/texts-for.ts'
import { useIsLong } from './use-is-long.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { type Session, useSession } from './use-session.ts'
import { TextsOfPage, useTexts } from './use-texts.ts'
import { Warnings } from './warnings.tsx'

const fieldNames: readonly FieldName[] = ['pan', 'expiry', 'securityCode']

/** The agent's page: what the caller has typed so far, as dots, what to say, and what the agent can do about it. */
export function AgentView({ data, texts }: { readonly data: ViewPageData; readonly texts: LanguageTexts }) {
  const textsOfPage = useMemo(
    () => ({ ...textsFor(data.state.order, texts), language: data.language }),
    [texts, data],
  )
  return (
    <TextsOfPage.Provider value={textsOfPage}>
      <View data={data} />
    </TextsOfPage.Provider>
  )
}

function View({ data }: { readonly data: ViewPageData }) {
  const texts = useTexts()
  const { state, connection, send } = useSession(data)
  const { command, underWay, refusal, setRefusal } = useCommands(send)
  const aheadMilliseconds = useMemo(() => data.now - Date.now(), [data])
  const serverNow = () => Date.now() + aheadMilliseconds
  const standing = useRef<HTMLElement>(null)
  useKeptFocus(standing)

  // What has come by the stream tells more than an answer that was lost.
  useEffect(() => setRefusal((refused) => (refused === 'failed' ? undefined : refused)), [state.state])

  const reachable = connection === 'live' || connection === 'lost'
  const under = reachable && !state.result
  const open = reachable && (state.state === 'capturing' || state.state === 'confirming')
  const keypad = state.entry === 'keypad'

  return (
    <>
      <OrderHeader state={state} amount={data.amount} callerNumber={data.callerNumber} />
      <Standing
        data={data}
        state={state}
        connection={connection}
        isSending={useIsLong(underWay.length > 0)}
        refusal={refusal === undefined ? undefined : texts.refusals[refusal]}
        focusable={standing}
      />
      <Warnings state={state} enabled={open} serverNow={serverNow} onCommand={command} />
      {open && !keypad && (
        <LinkPanel
          link={state.link}
          channels={data.channels}
          callerNumber={data.callerNumber}
          onSend={send}
        />
      )}
      {(reachable || state.result) && (
        <Fields
          state={state}
          {...(keypad &&
            open &&
            state.keypad === 'open' && { onAsk: (field) => command({ command: 'ask', field }) })}
        />
      )}
      {under && (
        <footer class="controls">
          <Actions
            state={state}
            enabled={open}
            underWay={underWay}
            endsAt={state.endsAt - aheadMilliseconds}
            onCommand={command}
          />
          {data.entry === 'keypad' && open && <KeypadHelp state={state} onCommand={command} />}
        </footer>
      )}
      {state.result && data.returnUrl !== null && (
        <footer class="controls">
          <a class="button" href={data.returnUrl}>
            {texts.finish}
          </a>
        </footer>
      )}
    </>
  )
}

/** The agent's commands: which are under way, and why the last was refused. */
function useCommands(send: Session['send']) {
  const [refusal, setRefusal] = useState<Refusal>()
  const [underWay, setUnderWay] = useState<readonly ViewCommand[]>([])

  async function command(command: ViewCommand): Promise<CommandAnswer> {
    setRefusal(undefined)
    setUnderWay((before) => [...before, command])
    const answer = await send(command)
    setUnderWay((before) => before.filter((each) => each !== command))
    if ('refused' in answer && answer.refused !== 'not-sent') setRefusal(answer.refused)
    return answer
  }

  return { command, underWay, refusal, setRefusal }
}

/** Those that the configuration asks for. */
function Fields({
  state,
  onAsk,
}: {
  readonly state: ViewState
  /** Absent where the caller cannot be asked again. */
  readonly onAsk?: (field: FieldName) => void
}) {
  const texts = useTexts()
  return (
    <section aria-label={texts.fieldsHeading}>
      <ul class="fields">
        {fieldNames
          .filter((name) => state.fields[name].state !== 'not-asked')
          .map((name) => (
            <FieldRow key={name} name={name} state={state} {...(onAsk && { onAsk: () => onAsk(name) })} />
          ))}
      </ul>
    </section>
  )
}
