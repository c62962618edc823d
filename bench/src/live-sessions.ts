import { once } from 'node:events'
import type { StreamFloor } from './floors/stream-floor.ts'
import { askAll, connectTo } from './load/connection.ts'
import { wireRequest } from './load/load.ts'
import { placeOfKey, type Watched } from './load/watching.ts'
import { sessionBody, type TonegateUnderTest } from './tonegate.ts'

/** As long as an access token of the agent view. */
const viewTokenCharacters = 277

/** Longer than a session is left alone, so that no silence breaks an entry off. */
const secondsBetweenDigits = 60

/** What `POST /v1/session` answers. */
export interface Opened {
  readonly iframeUrl: string
  readonly agentAccessToken: string
}

/** Opens sessions on live calls, each agent on a call of their own, and has the caller's silence tolerated. */
export async function openLiveSessions(
  { origin, apiUrl, server: { port } }: TonegateUnderTest,
  token: string,
  sessions: number,
  shift = 'agent',
): Promise<readonly Watched[]> {
  const agents = Array.from({ length: sessions }, (_, index) => `${shift}-${index}`)
  const calls = await askAll<{ readonly callGuid: string }>(
    port,
    agents.map((agentId) => postJson(`${origin}/sandbox/calls`, { agentId })),
  )
  const { skipCallTransfer: _, ...body } = sessionBody(0)
  const opened = await askAll<Opened>(
    port,
    agents.map((agentId) => postJson(`${apiUrl}/v1/session`, { ...body, agentId }, token)),
  )
  const streams = await openViews(port, opened)
  return streams.map((stream, index) => ({
    stream,
    press: { request: postJson(`${origin}/sandbox/calls/${calls[index]?.callGuid}/keys`, pressedKey) },
  }))
}

/** Has the caller's silence tolerated in sessions. @returns the request that opens the event stream of each. */
export async function openViews(port: number, opened: readonly Opened[]): Promise<readonly string[]> {
  const views = opened.map(({ iframeUrl, agentAccessToken }) => ({
    url: iframeUrl.replace(/\/framed$/, ''),
    token: agentAccessToken,
  }))
  const slowly = { command: 'inter-digit', seconds: secondsBetweenDigits }
  await askAll(
    port,
    views.map((view) => postJson(`${view.url}/commands`, slowly, view.token)),
  )
  return views.map((view) =>
    wireRequest({
      method: 'GET',
      url: `${view.url}/events`,
      headers: { authorization: `Bearer ${view.token}`, ...asBrowser },
    }),
  )
}

const pressedKey = { keys: placeOfKey }

/** What a browser sends along when a page reads a stream; the server keeps them as long as the stream is open. */
const asBrowser = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 Safari/537.36',
  accept: 'text/event-stream',
  'accept-language': 'en-GB,en;q=0.9,de;q=0.8',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
}

/** The state that a session's stream begins with. */
export async function readState(
  port: number,
  { stream }: Pick<Watched, 'stream'>,
): Promise<StreamFloor['state']> {
  const socket = await connectTo(port)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  socket.write(stream)
  while (!received.includes('\n\n')) await once(socket, 'data')
  socket.destroy()
  return JSON.parse(/^data: (.*)$/m.exec(received)?.[1] ?? '')
}

/** The same number of streams at the floor, opened and pressed by requests with the same headers. */
export function floorSessions(origin: string, sessions: number): readonly Watched[] {
  return Array.from({ length: sessions }, (_, index) => ({
    stream: wireRequest({
      method: 'GET',
      url: `${origin}/streams/${index}`,
      headers: { authorization: `Bearer ${'0'.repeat(viewTokenCharacters)}`, ...asBrowser },
    }),
    press: { request: postJson(`${origin}/streams/${index}/keys`, pressedKey) },
  }))
}

/** A whole request that posts JSON. */
export function postJson(url: string, body: object, token?: string): string {
  return wireRequest({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
}
