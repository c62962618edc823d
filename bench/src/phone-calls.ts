import { randomUUID } from 'node:crypto'
import { administer } from './administer.ts'
import { postJson } from './live-sessions.ts'
import { askAll } from './load/connection.ts'
import { wireRequest } from './load/load.ts'
import { callerTag, type PhoneSystemUrls } from './load/phone-systems.ts'
import type { OpenedSession } from './load/secure-calls.ts'
import { type Press, placeOfKey, placeOfSequence } from './load/watching.ts'
import { sessionBody, type TonegateUnderTest } from './tonegate.ts'

/** How a phone system is connected: it is told commands and posts keys, or it is an rtpengine. */
export type PhoneSystemKind = 'http' | 'rtpengine'

/** A phone system that a running Tonegate knows. */
export interface PhoneSystem {
  readonly kind: PhoneSystemKind
  readonly callsUrl: string
  /** Bears its requests. */
  readonly key: string
}

/** Connects a phone system to Tonegate, as an operator does. */
export async function connectPhoneSystem(
  { origin }: TonegateUnderTest,
  {
    data,
    kind,
    urls,
    name = kind,
    environment,
  }: {
    readonly data: string
    readonly kind: PhoneSystemKind
    readonly urls: PhoneSystemUrls
    readonly name?: string
    /** Of the server, where it has more than its data folder. */
    readonly environment?: Readonly<Record<string, string>>
  },
): Promise<PhoneSystem> {
  const of = { http: ['--control-url', urls.controlUrl], rtpengine: ['--url', urls.engineUrl] }
  const typed = ['platform', 'create', name, '--account', 'Demo nam', '--kind', kind, ...of[kind], '--json']
  const { key } = JSON.parse(await administer(data, typed, { environment }))
  return { kind, callsUrl: `${origin}/calls/v1/calls`, key }
}

/** A call that a phone system has told of, with an agent of its own. */
export interface PhoneCall {
  readonly callGuid: string
  readonly agentId: string
}

/** Tells of new calls. */
export async function reportCalls(
  { callsUrl, key }: PhoneSystem,
  agents: readonly string[],
): Promise<readonly PhoneCall[]> {
  const calls = agents.map((agentId) => ({ agentId, callGuid: randomUUID() }))
  const requests = calls.map(({ agentId, callGuid }) =>
    wireRequest({
      method: 'PUT',
      url: `${callsUrl}/${callGuid}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({
        agentId,
        media: { rtpengine: { callId: callGuid, fromTag: callerTag, telephoneEvent: true } },
      }),
    }),
  )
  await askAll(Number(new URL(callsUrl).port), requests)
  return calls
}

/** A session on such a call: the Payment API is asked for it as for any. */
export function sessionOn(
  { apiUrl }: TonegateUnderTest,
  token: string,
  { agentId, callGuid }: PhoneCall,
): OpenedSession {
  const { skipCallTransfer: _, ...body } = sessionBody(0)
  return { request: postJson(`${apiUrl}/v1/session`, { ...body, agentId }, token), call: callGuid }
}

/** How the keys of such a call get to Tonegate, numbered where its phone system posts them. */
export function pressOn({ kind, callsUrl, key }: PhoneSystem, { callGuid }: PhoneCall): Press {
  if (kind === 'rtpengine') return { engineCall: callGuid }
  const body = `{"keys":"${placeOfKey}","sequence":${placeOfSequence}}`
  return { request: keysRequest({ callsUrl, key }, callGuid, body) }
}

/** `POST …/keys` as it goes over the wire. */
export const keysRequest = (
  { callsUrl, key }: Pick<PhoneSystem, 'callsUrl' | 'key'>,
  callGuid: string,
  body: string,
): string =>
  wireRequest({
    method: 'POST',
    url: `${callsUrl}/${callGuid}/keys`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body,
  })
