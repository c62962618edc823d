import { useEffect, useRef, useState } from 'preact/hooks'
import { asCurl, type Exchange, shortened, shownRequest } from './exchange.ts'
import type { SimulationState } from './simulation/simulation-state.ts'
import type { Texts } from './texts.ts'

/** Every request of the program, and its answer, while they are made. */
export function ProgramSide({
  texts,
  state: { exchanges, session, status },
  onCancel,
}: {
  readonly texts: Texts['program']
  readonly state: SimulationState
  readonly onCancel: () => void
}) {
  const log = useRef<HTMLOListElement>(null)
  const last = exchanges.at(-1)
  useEffect(() => {
    const entry = log.current?.lastElementChild
    if (last && entry instanceof HTMLElement) log.current?.scrollTo({ top: entry.offsetTop })
  }, [last])
  const open = session && ['Created', 'InProgress'].includes(status?.sessionState ?? 'Created')
  return (
    <section class="side program" aria-labelledby="program">
      <div class="heading">
        <h2 id="program">{texts.heading}</h2>
        <p>{texts.hint}</p>
      </div>
      <div class="log">
        {last ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard
          <ol ref={log} tabIndex={0} aria-labelledby="program">
            {exchanges.map((exchange) => (
              <ExchangeEntry
                key={exchange.id}
                texts={texts}
                exchange={exchange}
                standing={exchange === last ? 'last' : 'before'}
              />
            ))}
          </ol>
        ) : (
          <p class="idle">{texts.idle}</p>
        )}
        <div class="below">
          <button type="button" disabled={!open} onClick={onCancel}>
            {texts.cancel}
          </button>
        </div>
      </div>
    </section>
  )
}

/** The last one stands open, those before are folded, unless the user has chosen otherwise. */
function ExchangeEntry({
  texts,
  exchange,
  standing,
}: {
  readonly texts: Texts['program']
  readonly exchange: Exchange
  readonly standing: 'last' | 'before'
}) {
  const [chosen, setChosen] = useState<'open' | 'folded'>()
  const { method, path, status, answer, times } = exchange
  const open = chosen ? chosen === 'open' : standing === 'last'
  const request = shownRequest(exchange)
  return (
    <li>
      <details open={open}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button */}
        <summary
          onClick={(event) => {
            event.preventDefault()
            setChosen(open ? 'folded' : 'open')
          }}
        >
          <span class="method">{method}</span> <span class="path">{shortPath(path)}</span>{' '}
          {times > 1 && <span class="times">{texts.times(times)}</span>}{' '}
          <span class={`status ${(status ?? 200) < 400 ? 'good' : 'bad'}`}>{status ?? texts.noAnswer}</span>
        </summary>
        {request !== '' && <Block heading={texts.request} text={request} />}
        {status !== null && (
          <Block heading={texts.answer} text={JSON.stringify(shortened(answer), null, 2)} />
        )}
        <CopyButton texts={texts} line={asCurl(exchange)} />
      </details>
    </li>
  )
}

function Block({ heading, text }: { readonly heading: string; readonly text: string }) {
  return (
    <>
      <h3>{heading}</h3>
      <pre>{text}</pre>
    </>
  )
}

function CopyButton({ texts, line }: { readonly texts: Texts['program']; readonly line: string }) {
  const [copied, setCopied] = useState<'not-yet' | 'copied'>('not-yet')
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(line)
    setCopied('copied')
  }
  return (
    <button type="button" class="plain copy" onClick={copy}>
      <span aria-live="polite">{copied === 'copied' ? texts.copied : texts.copy}</span>
    </button>
  )
}

/** A GUID in a path is known by its end. */
const shortPath = (path: string): string => path.replace(/[0-9a-f]{8}-[0-9a-f-]{23}([0-9a-f]{4})/gi, '…$1')
