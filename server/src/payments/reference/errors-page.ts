import { type OAuthErrorCode, oauthErrors, type ProblemCode, problems } from '../../base/problem.ts'

/**
 * The page that the `type` of every problem leads to (RFC 9457 §3.1.1), and the `error_uri` of an OAuth endpoint (RFC 6749
 * §5.2): one section for each code.
 */
export function errorsPage(): string {
  const sections = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<section id="${code}">\n<h2>${title}</h2>\n<p><code>${code}</code>, status ${status}. ${
        advice[code as ProblemCode]
      }</p>\n</section>`,
  )
  const ofOAuth = Object.entries(oauthErrors).map(
    ([code, status]) =>
      `<section id="${code.replaceAll(' ', '-')}">\n<h3><code>${code}</code></h3>\n<p>Status ${status}. ${oauthAdvice[code as OAuthErrorCode]}</p>\n</section>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Errors of the Payment API</title>
</head>
<body>
<main>
<h1>Errors of the Payment API</h1>
<p>An error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>detail</code> says what is wrong with the one request; its <code>type</code> leads here.</p>
${sections.join('\n')}
<h2>Errors of the token endpoint</h2>
<p>They have the form of RFC 6749: <code>error</code>, and mostly an <code>error_description</code> of the one request. Introspection and revocation answer alike.</p>
${ofOAuth.join('\n')}
</main>
</body>
</html>
`
}

const advice: Readonly<Record<ProblemCode, string>> = {
  'invalid-request': 'Correct the members that <code>errors</code> names, and send it again.',
  'unknown-account-configuration': 'Use the id of a configuration that the account has; 0 is the default.',
  'card-data-refused':
    'A member holds a card number. It was not stored. Card numbers are typed by the customer, never sent to the API.',
  unauthorized: 'Send an access token: <code>Authorization: Bearer</code> and the token.',
  'invalid-token': 'The access token is malformed, expired or revoked. Ask for a new one.',
  'forged-notification':
    'For whoever sends a gateway’s notifications: sign them with the secret that the gateway’s settings name, and send them when they are fresh.',
  'invalid-dpop-proof': 'Make a new proof for each request, with the key that the token is bound to.',
  'insufficient-scope': 'Ask for an access token with the scope that <code>WWW-Authenticate</code> names.',
  'person-without-agent':
    'Only an agent or a back end takes payments. Give the person an agent id, and have them sign in again.',
  'foreign-agent': 'An agent’s own token opens sessions for that agent alone.',
  'view-closed':
    'Whoever opened the session has lost their access. The payment goes on; it is looked at and cancelled by the API.',
  'kept-card-refused':
    'Have your back end charge the kept card, with its own access token, or let the configuration charge it for a customer on the phone.',
  'skip-call-transfer-refused': 'Payments in this account are real; put the agent on a call.',
  'not-found':
    'There is nothing here: the session does not exist, belongs to another account or, where the token is an agent’s own, another agent, or ended 90 days ago.',
  'method-not-allowed': 'Use one of the methods that <code>Allow</code> names.',
  'request-timeout': 'Send the request again, without pauses.',
  'no-live-call': 'Open the session while the agent is on the call.',
  'call-has-session': 'Use the session that <code>sessionGuid</code> names, or cancel it first.',
  'session-ended': 'Open a new session.',
  'command-late':
    'A command of the agent view came after the time until which it was good (`until`): a browser or a proxy had held it back. Nothing was done. Send it again, if it is still wanted.',
  'not-possible-now': 'The session is at a point where this cannot be done. Look at its state.',
  'idempotency-in-progress': 'Wait for the answer to the first request, or send this one again later.',
  'body-too-large': 'Send less.',
  'unsupported-media-type':
    'Send the body as JSON in UTF-8, with <code>Content-Type: application/json</code>.',
  'misdirected-request': 'Use the address of the region that the account lives in.',
  'idempotency-mismatch': 'Use a new <code>Idempotency-Key</code> for a new request.',
  'quota-exceeded': 'Wait as long as <code>Retry-After</code> says.',
  'internal-error': 'Our fault. Its id finds it in the log.',
  'provider-refused': 'The payment provider does not accept this account’s credentials.',
  'link-not-sent':
    'The message with the link was not accepted for delivery. Check the address, or send it by another channel.',
  'provider-unavailable': 'Try again after as long as <code>Retry-After</code> says.',
  'storage-unavailable':
    'Nothing was kept or charged. Send it again, with the same <code>Idempotency-Key</code>, after as long as <code>Retry-After</code> says.',
  overloaded: 'Try again after as long as <code>Retry-After</code> says.',
}

const oauthAdvice: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request:
    'Send a POST with a form-encoded body (<code>application/x-www-form-urlencoded</code>), each parameter once, and the client credentials in one place only.',
  invalid_client:
    'Send <code>client_id</code> and <code>client_secret</code> in the form-encoded body or in an <code>Authorization: Basic</code> header, never in the URL. Without an <code>error_description</code> the id or the secret is wrong, or the client is disabled, or belongs to another region.',
  invalid_grant: 'The code, refresh token, username or password is wrong, used or expired. Start again.',
  unauthorized_client:
    'The client is not registered for this flow. Use one that it is registered for, or have an administrator add it.',
  unsupported_grant_type:
    'Use <code>client_credentials</code>, <code>authorization_code</code>, <code>refresh_token</code> or <code>password</code>.',
  invalid_scope:
    'Ask only for scopes that the client was given, separated by spaces. There is no scope <code>email</code>: use <code>openid profile</code>.',
  invalid_dpop_proof: 'Make a new proof for each request, as the description says.',
  temporarily_unavailable: 'Try again after as long as <code>Retry-After</code> says.',
  'Internal Server Error': 'Our fault. Try again later.',
}
