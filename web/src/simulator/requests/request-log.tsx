import type { LoggedRequest } from '@tonegate/protocol/logged-request'
import { useState } from 'preact/hooks'
import type { Texts } from '../texts.ts'
import { useRequests } from './use-requests.ts'

/** Every request of every program to this sandbox, the newest first, and what to do about those that were refused. */
export function RequestLog({
  texts,
  language,
}: {
  readonly texts: Texts['requests']
  readonly language: string
}) {
  const [standing, setStanding] = useState<'open' | 'folded'>('folded')
  const [shown, setShown] = useState<'all' | 'refused'>('all')
  const requests = useRequests(standing === 'open', shown)
  const choice = (name: 'all' | 'refused') => (
    <button type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
      {texts[name]}
    </button>
  )
  return (
    <details
      class="requests"
      onToggle={({ currentTarget }) => setStanding(currentTarget.open ? 'open' : 'folded')}
    >
      <summary>
        <h2 id="requests">{texts.heading}</h2>
        <span>{texts.hint}</span>
      </summary>
      <fieldset class="choice">
        <legend class="unseen">{texts.choice}</legend>
        {choice('all')}
        {choice('refused')}
      </fieldset>
      {requests === 'refused' && <p class="idle">{texts.shared}</p>}
      {Array.isArray(requests) && requests.length === 0 && <p class="idle">{texts.idle}</p>}
      {Array.isArray(requests) && requests.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled has to be reached by keyboard
        <ol tabIndex={0} aria-labelledby="requests">
          {(requests as readonly LoggedRequest[]).map((request) => (
            <RequestEntry key={keyOf(request)} texts={texts} request={request} language={language} />
          ))}
        </ol>
      )}
    </details>
  )
}

/** Those of one scenario share its id. */
const keyOf = ({ id, at, method, path }: LoggedRequest): string => [id, at, method, path].join(' ')

function RequestEntry({
  texts,
  request: { id, at, method, path, status, milliseconds, times, played, fault, refusal },
  language,
}: {
  readonly texts: Texts['requests']
  readonly request: LoggedRequest
  readonly language: string
}) {
  return (
    <li>
      <p class="asked">
        <time dateTime={at}>{new Date(at).toLocaleTimeString(language, { hour12: false })}</time>
        <span class="method">{method}</span> <span class="path">{path}</span>{' '}
        {times > 1 && <span class="times">{texts.times(times)}</span>}{' '}
        <span class={`status ${status < 400 ? 'good' : 'bad'}`}>{status}</span>
      </p>
      <p class="about">
        <span>{texts.took(Math.round(milliseconds))}</span> <span class="id">{texts.id(id)}</span>{' '}
        {played && <span>{texts.played}</span>} {fault && <span>{texts.armed(fault)}</span>}
      </p>
      {refusal && (
        <p class="why">
          <b>{refusal.code}</b> {refusal.text}{' '}
          <a href={refusal.help} target="_blank" rel="noopener">
            {texts.whatToDo}
            <span class="unseen"> ({texts.opensNewTab})</span>
          </a>
        </p>
      )}
    </li>
  )
}
