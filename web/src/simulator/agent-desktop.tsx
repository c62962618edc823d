import { useEffect, useRef, useState } from 'preact/hooks'
import type { SimulationState } from './simulation/simulation-state.ts'
import type { Texts } from './texts.ts'

/** A desktop as an integrator builds it: who is on the call, the agent view in a frame, what the page is told. */
export function AgentDesktop({
  texts,
  state: { agent, call, session, loads, told },
  onShow,
}: {
  readonly texts: Texts['desktop']
  readonly state: SimulationState
  readonly onShow: (frame: HTMLIFrameElement) => () => void
}) {
  const standing = call?.telephone.call ?? 'none'
  return (
    <section class="side desktop" aria-labelledby="desktop">
      <div class="heading">
        <h2 id="desktop">{texts.heading}</h2>
        <p>{texts.hint}</p>
      </div>
      <div class="window">
        <div class="bar">
          <span class="person" aria-hidden="true">
            {initialsOf(agent.name)}
          </span>
          <span>
            <b>{agent.name}</b>
            <small>{agent.agentId}</small>
          </span>
          <span class={`call ${standing}`}>
            {{ none: texts.noCall, connected: texts.onCall, ended: texts.callEnded }[standing]}
            {call && standing === 'connected' && <CallTimer since={call.since} />}
          </span>
        </div>
        {session ? (
          <ViewFrame key={`${session.providerSessionGuid} ${loads}`} title={texts.frame} onShow={onShow} />
        ) : (
          <p class="idle">{texts.idle}</p>
        )}
        <div class="told">
          <h3>{texts.told}</h3>
          <code>{summaryOf(told, texts)}</code>
        </div>
      </div>
    </section>
  )
}

/** A new frame each time it is loaded: the browser's history keeps to the page. */
function ViewFrame({
  title,
  onShow,
}: {
  readonly title: string
  readonly onShow: (frame: HTMLIFrameElement) => () => void
}) {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => (frame.current ? onShow(frame.current) : undefined), [onShow])
  return <iframe ref={frame} title={title} />
}

function CallTimer({ since }: { readonly since: number }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - since) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [since])
  const twoDigits = (count: number) => String(count).padStart(2, '0')
  return (
    <time>
      {twoDigits(Math.floor(seconds / 60))}:{twoDigits(seconds % 60)}
    </time>
  )
}

function summaryOf({ view, result }: SimulationState['told'], texts: Texts['desktop']): string {
  if (result) {
    const { transactionResult, cardType, cardLast4 } = result
    return [transactionResult, cardType, cardLast4 && `•••• ${cardLast4}`].filter(Boolean).join(' · ')
  }
  if (!view) return texts.notTold
  const digits = Object.values(view.fields).reduce((sum, field) => sum + field.digits, 0)
  return [view.state, view.step, texts.digits(digits), ...view.warnings].filter(Boolean).join(' · ')
}

const initialsOf = (name: string): string =>
  name
    .split(' ')
    .map(([initial]) => initial)
    .join('')
