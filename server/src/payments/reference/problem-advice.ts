import type { ProblemCode } from '../../base/problem.ts'
import { type Advice, tryAgain } from './advice.ts'

/** Every error of the Payment API, the pages and the sandbox: `docs/errors.md` and the page that its `type` leads to say the same. */
export const problemAdvice: Readonly<Record<ProblemCode, Advice>> = {
  'invalid-request': {
    cause:
      'The body is not JSON, or a member is missing or wrong. `errors` names each member by its path, and each parameter of a list’s query by its name.',
    remedy:
      'Correct what `errors` names, and send the request again. A `cursor` is valid only for the list that issued it; start again without it.',
  },
  'unknown-account-configuration': {
    cause: 'The account has no configuration with this `accountConfigurationId`.',
    remedy:
      'Use the id of a configuration that the account has; an administrator of the account can list them. If the member is omitted, 0 is used.',
  },
  'card-data-refused': {
    cause: 'A value is a card number. Card data is not allowed in the Payment API. Nothing was stored.',
    remedy:
      'Remove the value. The customer enters the card number on the phone keypad or on the payment page; your program never sends it.',
  },
  unauthorized: {
    cause: 'The request has no `Authorization: Bearer` header.',
    remedy: 'Get a token [from the token endpoint](authentication.md), and send it in that header.',
  },
  'invalid-token': {
    cause: 'The token is malformed, forged, expired, revoked, or from another region.',
    remedy: 'Request a new token from the region that the account lives in.',
  },
  'forged-notification': {
    cause:
      'A [notification](gateways.md#notifications) that the gateway did not sign, or that is too old. It is ignored.',
    remedy:
      'If notifications of your gateway are refused, check that its settings name the secret that the gateway signs with, and that the clock of the server is right.',
  },
  'invalid-dpop-proof': {
    cause:
      'The token is bound to a key (RFC 9449), and the `DPoP` header does not prove that the sender holds it. `detail` says what is wrong.',
    remedy: 'Make a new proof for each request; a proof is valid for one minute and can be used once.',
  },
  'insufficient-scope': {
    cause: 'The token lacks the scope that `WWW-Authenticate` names; for the Payment API it is `globalpci`.',
    remedy: 'Request a token with this scope. The client must be registered for it.',
  },
  'person-without-agent': {
    cause:
      'The token was issued to a user who is not an agent. Only an agent or a back end takes payments, whatever the user’s licence is.',
    remedy: 'Give the user an agent id, and have them sign in again.',
  },
  'foreign-agent': {
    cause: 'The token was issued for a different agent than `agentId`.',
    remedy: 'Omit `agentId`, or use that agent’s token.',
  },
  'view-closed': {
    cause:
      'The agent view was closed because the user who opened the session has lost access. The payment continues for the back end and the customer.',
    remedy: 'Follow or cancel the session through the API. New sessions are opened with restored access.',
  },
  'kept-card-refused': {
    cause:
      '`flow.keptCards` of the account configuration is `merchant`: the merchant’s back end charges kept cards, not the access token of an agent.',
    remedy:
      'Charge the kept card from your back end, with its own access token, or change the configuration to allow it for a customer on the phone.',
  },
  'skip-call-transfer-refused': {
    cause: '`skipCallTransfer` is for tests, and this is a production account.',
    remedy: 'Omit the member, and open the session while the agent is on a call.',
  },
  'not-found': {
    cause:
      'No resource exists at this address, or this caller may not see it: a session of another account or, if the token is an agent’s own, of another agent looks like one that does not exist. A session is removed 90 days after its end.',
    remedy: 'Check the path and the id, and that the token belongs to the account that opened the session.',
  },
  'method-not-allowed': {
    cause: 'The address does not accept this method.',
    remedy: 'Use one of the methods that `Allow` lists.',
  },
  'request-timeout': {
    cause: 'The connection was slow or interrupted, and the rest of the request did not come.',
    remedy: 'Send it again. With the same `Idempotency-Key` nothing happens twice.',
  },
  'no-live-call': {
    cause: 'The phone system has reported no call that this agent has answered and that is still open.',
    remedy: 'Open the session while the agent is on the call, or open a digital session.',
  },
  'call-has-session': {
    cause: 'A call has one payment at a time; `sessionGuid` names the session.',
    remedy: 'Use that session, or cancel it first.',
  },
  'call-not-secured': {
    cause:
      'No payment session listens to this call, or the phone system has not confirmed that its line is secured. The keys were discarded.',
    remedy: 'A phone system sends keys only between a confirmed `call.secure` and the next `call.release`.',
  },
  'refused-by-gateway': {
    cause:
      'The gateway refused a capture, a refund or a void. `gatewayCode` is its reason, `operationId` the key that it knows the operation by. Nothing was moved.',
    remedy: 'Look at the payment in the gateway’s own console if the reason is not clear.',
  },
  'session-ended': {
    cause: 'Its state and result can no longer be changed.',
    remedy: 'Open a new one.',
  },
  'command-late': {
    cause:
      'A command from the agent view arrived after its time limit (`until`), because a browser or a proxy held it back. Nothing was done.',
    remedy: 'Send it again if it is still wanted.',
  },
  'not-possible-now': {
    cause:
      'The request is not possible in the current state of the session, for example cancelling while the gateway is processing the payment, or not possible on this server, for example sending a link by a channel that is not set up.',
    remedy: 'Read the session’s state and decide what to do next.',
  },
  'idempotency-in-progress': {
    cause: 'The first request with this `Idempotency-Key` is still running.',
    remedy: 'Wait a moment and send it again: the answer is then that of the first.',
  },
  'body-too-large': {
    cause: 'The limit is 64 KiB, for forms 16 KiB.',
    remedy: 'Send less. Only what the payment needs belongs in `paymentData`.',
  },
  'unsupported-media-type': {
    cause: 'The body is of a type, or in a charset, that the endpoint does not read.',
    remedy:
      'Send `application/json`, or a form if the endpoint expects one, in UTF-8 or in another charset that `Content-Type` declares. It must be one from the [Encoding Standard](https://encoding.spec.whatwg.org/#names-and-labels), for example `iso-8859-1` or `utf-16`.',
  },
  'misdirected-request': {
    cause:
      'The host names a region that this server does not serve. An OAuth endpoint reports this as `invalid_request`.',
    remedy: 'Use the address of the account’s region.',
  },
  'idempotency-mismatch': {
    cause: 'The `Idempotency-Key` was already used with a different body or path.',
    remedy: 'Use a new key for a new request.',
  },
  'amount-not-possible': {
    cause: 'It is more than was authorized, or more than is left to refund. The text says how much there is.',
    remedy: 'Send less, or leave out `amount` for all that is left; `GET …/payment` says how much that is.',
  },
  'quota-exceeded': {
    cause:
      'Too many requests from this client, or from this user with it; or too many messages with links: for one session, to one address, or from one account. `bound` says which limit was reached; `RateLimit` and `RateLimit-Policy` say how many requests are left.',
    remedy: tryAgain,
  },
  'internal-error': {
    cause: 'Something went wrong on our side. It is unknown whether the request was carried out.',
    remedy:
      'Quote the `id`; it is also in the log. To send the request again, use the same `Idempotency-Key`: nothing then happens twice.',
  },
  'provider-refused': {
    cause: 'The credentials of the account there, or what was sent, are not accepted.',
    remedy: 'Check the credentials of [this account’s provider](remote-provider.md).',
  },
  'link-not-sent': {
    cause:
      'The message with the payment link was not accepted for delivery. If the mail server does not accept such an address, the text says so. The session has not changed.',
    remedy: 'Send the link again, to another address or by another channel.',
  },
  'provider-unavailable': {
    cause: 'It did not answer, or not in time.',
    remedy: tryAgain,
  },
  'telephone-unavailable': {
    cause:
      'The phone system did not confirm that the caller’s keys are hidden from the agent, so no session was opened. Nothing was charged, and the call is as before.',
    remedy: 'Try again after the time in `Retry-After`, or open a digital session and send its link.',
  },
  'storage-unavailable': {
    cause:
      'The disk is full or broken, or the database is locked or cannot be reached. Nothing from the request was stored, and nothing was charged.',
    remedy: 'Send it again with the same `Idempotency-Key`, after the time in `Retry-After`.',
  },
  overloaded: {
    cause: 'It has more to do than it can. Nothing was done.',
    remedy: tryAgain,
  },
}
