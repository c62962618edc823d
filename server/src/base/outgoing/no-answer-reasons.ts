import { STATUS_CODES } from 'node:http'

/** How far a request had come. */
export type Step = 'waiting' | 'look-up' | 'connecting' | 'handshake' | 'asked' | 'answering'

/** Why there is no answer, in words that go on after the other side's name: `the receiver: it refused the connection`. */
export const defaultReasons: Readonly<Record<OutgoingFault, string>> = {
  'no-such-host': 'its host name has no address',
  'private-address': 'its host has a private or loopback address, which the configuration does not allow',
  'no-connection': 'no connection to it could be made',
  'bad-certificate': 'its TLS certificate is not valid, or it does not speak TLS',
  'connection-lost': 'it closed the connection before answering',
  timeout: 'it did not answer in time',
  'answer-too-long': 'its answer was too long and was cut off',
  aborted: 'this server was stopped in the meantime',
}

/** @param fault what is said of a code that says nothing more. */
export function reasonOf(fault: OutgoingFault, code: string | undefined, step: Step): string {
  return reasonOfCode(code, step) ?? defaultReasons[fault]
}

/** What the code of a system's error, of OpenSSL or of Node.js says; `undefined` when that is nothing in particular. */
export function reasonOfCode(code: unknown, step: Step = 'connecting'): string | undefined {
  if (typeof code === 'string') {
    if (code.startsWith('HPE_')) return 'its answer is not HTTP'
    if (step === 'handshake' && code === 'ECONNRESET')
      return 'it closed the connection during the TLS handshake'
    if (/^(?:ERR_SSL_|EPROTO$)/.test(code)) return 'it does not speak TLS, or only a version that is too old'
  }
  return byCode.get(String(code))
}

/** The same of a request that took too long. */
export const timeoutReasons: Readonly<Record<Step, string>> = {
  waiting: 'no connection to it became free in time',
  'look-up': 'its host name could not be looked up in time',
  connecting: 'it did not accept the connection in time',
  handshake: 'it did not finish the TLS handshake in time',
  asked: 'it did not answer in time',
  answering: 'it did not finish its answer in time',
}

const expired = 'its TLS certificate has expired'
const notTrusted = 'its TLS certificate is not signed by a trusted authority'
const silentDns = 'its host name could not be looked up: no name server answered'
const noSocket = 'this server cannot open any more connections'
const noRoute = 'there is no route to it'

const byCode: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', defaultReasons['no-such-host']],
  ['EAI_AGAIN', silentDns],
  ['ETIMEOUT', silentDns],
  ['ESERVFAIL', silentDns],
  ['ECONNREFUSED', 'it refused the connection'],
  ['EHOSTUNREACH', noRoute],
  ['ENETUNREACH', noRoute],
  ['EMFILE', noSocket],
  ['ENFILE', noSocket],
  ['ENOBUFS', noSocket],
  ['EADDRNOTAVAIL', noSocket],
  ['ETIMEDOUT', 'it did not accept the connection in time'],
  ['CERT_HAS_EXPIRED', expired],
  ['CERT_NOT_YET_VALID', 'its TLS certificate is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its TLS certificate is for another host name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', notTrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', notTrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', notTrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', notTrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', notTrusted],
])

/** What an answer says that is not the one that was hoped for: `answered 404 (Not Found)`. */
export function statusReason(status: number): string {
  const words = STATUS_CODES[status]
  const named = words === undefined ? `answered ${status}` : `answered ${status} (${words})`
  return status >= 300 && status < 400 ? `${named}, and redirects are not followed` : named
}

/** Why there is no answer. */
export type OutgoingFault =
  | 'no-such-host'
  | 'private-address'
  | 'no-connection'
  | 'bad-certificate'
  | 'connection-lost'
  | 'timeout'
  | 'answer-too-long'
  | 'aborted'
