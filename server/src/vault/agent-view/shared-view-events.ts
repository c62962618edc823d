import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { Type } from 'typebox'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { Problem, type ProblemCode } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'
import type { LastState } from '../model/vault-sessions.ts'
import { followView, type OpenElsewhere, type ViewedSession } from './distant-view.ts'
import type { EventStreams } from './event-streams.ts'
import {
  findView,
  parseViewPath,
  refuseOtherSites,
  type ViewRoutes,
  viewNotFound,
  viewOpenTooOften,
} from './view-access.ts'

/** As many views as a browser's shared stream may have; a browser has an own stream for any beyond them. */
const maxViews = 64

const SharedEventsBody = Type.Object({
  views: Type.Array(
    Type.Object({
      path: Type.String({ minLength: 1, maxLength: 256 }),
      accessToken: Type.String({ minLength: 1, maxLength: 1024 }),
    }),
    { minItems: 1, maxItems: maxViews },
  ),
})

type SharedView = Readonly<{ path: string; accessToken: string }>

/** What a view is answered with. `refused` is what its own `GET …/events` would have been answered with. */
type Found =
  | { readonly live: ViewedSession }
  | { readonly last: LastState }
  | { readonly refused: { readonly status: number; readonly code: ProblemCode } }

/**
 * `POST /session/events`: the events of several agent views as one stream, for the views of one browser. Each view
 * is named by its path and shows its own access token, which is checked as `GET …/events` checks it; the `id` of an
 * event names the views that it is for, by their places in the request (`0,2`). A view that is refused hears
 * `event: refused` with the status that it would have been answered with, and keeps no other from its events.
 * The stream ends with the last of its sessions.
 *
 * @throws {Problem} `invalid-request`, `body-too-large`, `not-found` for a request from another origin's page.
 */
export function registerSharedViewEvents(
  app: Http,
  {
    sessions,
    viewTokens,
    setHeaders,
    streams,
    openElsewhere = async () => undefined,
  }: ViewRoutes & { readonly streams: EventStreams; readonly openElsewhere?: OpenElsewhere | undefined },
): void {
  app.post(
    '/session/events',
    { schema: { body: SharedEventsBody }, config: { stream: 'shared-agent-views' }, onRequest: setHeaders },
    async (request, reply) => {
      refuseOtherSites(request.headers)
      const found = await findAll(request.body.views)
      streams.open(
        { request, reply },
        {
          first: found.map(firstEvent).join(''),
          parts: [...placesOf(found)].map(([session, places]) => ({ session, label: labelOf(places) })),
        },
      )
    },
  )

  /** A view that is named twice is looked for once. */
  function findAll(views: readonly SharedView[]): Promise<readonly Found[]> {
    const finding = new Map<string, Promise<Found>>()
    return Promise.all(
      views.map((view) => {
        const name = `${view.path} ${view.accessToken}`
        const found = finding.get(name) ?? find(view)
        finding.set(name, found)
        return found
      }),
    )
  }

  async function find(shared: SharedView): Promise<Found> {
    try {
      return (await findElsewhere(shared)) ?? findHere(shared)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { refused: { status: error.status, code: error.code } }
    }
  }

  function findHere({ path, accessToken }: SharedView): Found {
    const address = parseViewPath(path)
    if (!address) throw viewNotFound()
    const view = findView({ sessions, viewTokens }, { address, accessToken })
    if ('state' in view) return { last: view }
    if (!streams.hasRoomFor(view)) throw viewOpenTooOften()
    return { live: view }
  }

  /** That node checks the token. */
  async function findElsewhere(shared: SharedView): Promise<Found | undefined> {
    const guid = parseGuid(parseViewPath(shared.path)?.guid ?? '')
    if (!guid || sessions.find(guid)) return undefined
    const answer = await openElsewhere(guid, shared)
    if (!answer) return undefined
    const { status, body } = answer
    if (status === 200) return { live: await followView(guid, body) }
    return { refused: { status, code: await codeOf(body) } }
  }

  /** What is said to a view at once and for good; nothing to one whose session goes on. */
  function firstEvent(found: Found, place: number): string {
    if ('last' in found) return labelOf([place]) + streams.eventOf(found.last.state)
    if ('live' in found) return ''
    return `${labelOf([place])}event: refused\ndata: ${JSON.stringify(found.refused)}\n\n`
  }
}

/** What a problem is called, by its body. */
async function codeOf(body: Readable): Promise<ProblemCode> {
  const { type = '' } = (await json(body).catch(() => ({}))) as { readonly type?: string }
  return (type.split('#')[1] ?? 'provider-unavailable') as ProblemCode
}

/** The sessions that go on, each with the places of its views. */
function placesOf(found: readonly Found[]): ReadonlyMap<ViewedSession, readonly number[]> {
  const places = new Map<Guid, readonly [ViewedSession, readonly number[]]>()
  for (const [place, each] of found.entries()) {
    if (!('live' in each)) continue
    const [session, former] = places.get(each.live.guid) ?? [each.live, []]
    if (session !== each.live) each.live.leave?.()
    places.set(session.guid, [session, [...former, place]])
  }
  return new Map(places.values())
}

const labelOf = (places: readonly number[]) => `id: ${places.join(',')}\n`
