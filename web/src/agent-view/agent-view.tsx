import { useState } from 'preact/hooks'
import type { ViewCommand } from '../../../server/src/vault/view-command.ts'
import type { ViewPageData } from '../../../server/src/vault/view-page-data.ts'
import type { FieldName } from '../../../server/src/vault/view-state.ts'
import { Actions } from './actions.tsx'
import { currentField } from './current-field.ts'
import { FieldRow } from './field-row.tsx'
import { OrderHeader } from './order-header.tsx'
import { Result } from './result.tsx'
import { sentence } from './sentence.ts'
import { SlowMode } from './slow-mode.tsx'
import { texts } from './texts.ts'
import { type Connection, useSession } from './use-session.ts'

const fieldNames: readonly FieldName[] = ['pan', 'expiry', 'securityCode']

/** The agent's page: what the caller has typed so far, as dots, and what the agent can do about it. */
export function AgentView({ data }: { readonly data: ViewPageData }) {
  const { state, connection, send } = useSession(data)
  const [refusal, setRefusal] = useState<string>()

  async function command(command: ViewCommand): Promise<void> {
    setRefusal(undefined)
    const answer = await send(command)
    if (answer === 'failed') setRefusal(texts.commandFailed)
    if (answer === 'refused') setRefusal(texts.commandRefused)
  }

  const reachable = connection === 'live' || connection === 'lost'
  const open = reachable && (state.state === 'capturing' || state.state === 'confirming')
  const keypad = data.entry === 'keypad'
  const current = currentField(state)
  const standing = current && keypad ? state.fields[current].state : state.state

  return (
    <>
      <OrderHeader state={state} />
      <div class="standing" aria-live="polite">
        {state.result ? (
          <Result state={state} />
        ) : (
          reachable && <p class={`sentence ${standing}`}>{sentence(state, data)}</p>
        )}
        {state.caller === 'hung-up' && !state.result && <p class="notice">{texts.hungUp}</p>}
        <ConnectionNotice connection={connection} />
        {refusal !== undefined && <p class="notice danger">{refusal}</p>}
      </div>
      <section aria-label={texts.fieldsHeading}>
        <ul class="fields">
          {fieldNames.map((name) => (
            <FieldRow
              key={name}
              name={name}
              state={state}
              {...(keypad && open && { onAsk: () => command({ command: 'ask', field: name }) })}
            />
          ))}
        </ul>
      </section>
      {!state.result && reachable && (
        <footer class="controls">
          {keypad && (
            <SlowMode state={state} enabled={open} onChange={(on) => command({ command: 'slow-mode', on })} />
          )}
          <Actions state={state} enabled={open} onCommand={command} />
        </footer>
      )}
    </>
  )
}

function ConnectionNotice({ connection }: { readonly connection: Connection }) {
  switch (connection) {
    case 'lost':
      return <p class="notice danger">{texts.connectionLost}</p>
    case 'gone':
      return <p class="notice">{texts.sessionGone}</p>
    case 'no-access':
      return <p class="notice danger">{texts.accessLost}</p>
    case 'live':
      return null
  }
}
