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
<p>Errors are answered as <code>application/problem+json</code> (RFC 9457). <code>detail</code> says what is wrong with your request; <code>type</code> links to this page.</p>
${sections.join('\n')}
<h2>Errors of the token endpoint</h2>
<p>They have the form of RFC 6749: <code>error</code> and usually an <code>error_description</code>. Introspection and revocation answer in the same way.</p>
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
    'A member holds a card number. It was not stored. The customer enters the card number; it is never sent to the API.',
  unauthorized: 'Send an access token in the header <code>Authorization: Bearer</code>.',
  'invalid-token': 'The access token is malformed, expired or revoked. Request a new one.',
  'forged-notification':
    'If you send a gateway’s notifications: sign them with the secret that the gateway’s settings name, and send them without delay.',
  'invalid-dpop-proof': 'Make a new proof for each request, with the key that the token is bound to.',
  'insufficient-scope': 'Request an access token with the scope that <code>WWW-Authenticate</code> names.',
  'person-without-agent':
    'Only an agent or a back end takes payments. Give the user an agent id, and have them sign in again.',
  'foreign-agent':
    'The token was issued for a different agent than <code>agentId</code>. Omit <code>agentId</code>, or use that agent’s token.',
  'view-closed':
    'The user who opened the session has lost access. The payment continues; follow or cancel it through the API.',
  'kept-card-refused':
    'Charge the kept card from your back end, with its own access token, or change the configuration to allow it for a customer on the phone.',
  'skip-call-transfer-refused':
    'Payments in this account are real. Leave out <code>skipCallTransfer</code> and open the session while the agent is on a call.',
  'not-found':
    'The session does not exist, ended more than 90 days ago, or belongs to another account or, if the token is an agent’s own, to another agent. Or the path is wrong.',
  'method-not-allowed': 'Use one of the methods that <code>Allow</code> names.',
  'request-timeout': 'The request took too long to arrive. Send it again.',
  'no-live-call': 'Open the session while the agent is on a call, or open a digital session.',
  'call-has-session': 'Use the session that <code>sessionGuid</code> names, or cancel it first.',
  'call-not-secured':
    'For a phone system: send keys only between a confirmed <code>call.secure</code> and the next <code>call.release</code>.',
  'refused-by-gateway':
    '<code>gatewayCode</code> is the gateway’s reason. Nothing was moved; look at the payment in the gateway’s own console if the reason is not clear.',
  'session-ended': 'Open a new session.',
  'command-late':
    'A command from the agent view arrived after its time limit (<code>until</code>), because a browser or a proxy held it back. Nothing was done. Send it again if it is still wanted.',
  'not-possible-now': 'Read the session’s state and decide what to do next.',
  'idempotency-in-progress': 'The first request is still running. Wait a moment and send this one again.',
  'body-too-large': 'The limit is 64 KiB (forms: 16 KiB).',
  'unsupported-media-type':
    'Send the body as JSON in UTF-8, with <code>Content-Type: application/json</code>.',
  'misdirected-request': 'Use the address of the account’s region.',
  'idempotency-mismatch': 'Use a new <code>Idempotency-Key</code> for a new request.',
  'amount-not-possible':
    'Send less, or leave out <code>amount</code> for all that is left; <code>GET …/payment</code> says how much that is.',
  'quota-exceeded': 'Try again after the time in <code>Retry-After</code>.',
  'internal-error': 'An error on our side. Use its id to find it in the log.',
  'provider-refused':
    'The payment provider rejected our credentials or our request. Check the credentials of this account’s provider.',
  'link-not-sent':
    'The message with the link was not accepted for delivery. Check the address, or send it by another channel.',
  'provider-unavailable': 'Try again after the time in <code>Retry-After</code>.',
  'telephone-unavailable':
    'Nothing was opened or charged. Try again after the time in <code>Retry-After</code>, or open a digital session and send its link.',
  'storage-unavailable':
    'Nothing was stored or charged. Send it again with the same <code>Idempotency-Key</code>, after the time in <code>Retry-After</code>.',
  overloaded: 'Try again after the time in <code>Retry-After</code>.',
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
    'Request only scopes that the client was given, separated by spaces. The scope <code>email</code> does not exist: use <code>openid profile</code>.',
  invalid_dpop_proof: 'Make a new proof for each request, as the description says.',
  temporarily_unavailable: 'Try again after the time in <code>Retry-After</code>.',
  'Internal Server Error': 'An error on our side. Try again later.',
}
