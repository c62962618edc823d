import { type ExampleRequest, exampleRequests, variables } from './example-requests.ts'

/** The `.http` file, as REST Client (VS Code) and Visual Studio read it. */
export function httpFile(): string {
  const head = [
    '# The Tonegate API. Fill in baseUrl, clientId and clientSecret, and send requestToken first: later requests use what',
    '# earlier ones were answered. In production set authUrl and paymentUrl to the region’s other hosts.',
    '',
    ...Object.entries(variables).map(([name, value]) => `@${name} = ${value}`),
  ]
  return `${[head.join('\n'), ...exampleRequests.map(textOf)].join('\n\n')}\n`
}

function textOf({ operation, method, url, query, headers, body, token }: ExampleRequest): string {
  const needed = query.filter(({ isNeeded }) => isNeeded).map(({ name, value }) => `${name}=${value}`)
  const lines = [
    `### ${operation.summary}`,
    `# @name ${operation.operationId}`,
    `${method} ${url}${needed.length > 0 ? `?${needed.join('&')}` : ''}`,
    ...(token ? [`Authorization: Bearer {{${token}}}`] : []),
    ...headers.filter(({ isNeeded }) => isNeeded).map(({ name, value }) => `${name}: ${value}`),
    ...(body ? [`Content-Type: ${'json' in body ? json : form}`, '', textOfBody(body)] : []),
  ]
  return inTermsOfAnswers(lines.join('\n'))
}

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'

function textOfBody(body: NonNullable<ExampleRequest['body']>): string {
  if ('json' in body) return body.json
  const encoded = (text: string) => encodeURIComponent(text).replace(/%7B%7B(\w+)%7D%7D/g, '{{$1}}')
  return body.form.map(({ name, value }) => `${name}=${encoded(value)}`).join('&')
}

/** Where Postman keeps a variable, this format refers to the answer itself. */
const inTermsOfAnswers = (text: string): string =>
  exampleRequests.reduce((all, { operation, keeps }) => {
    if (!keeps) return all
    const answer = `{{${operation.operationId}.response.body.$.${keeps.member}}}`
    return all.replaceAll(`{{${keeps.variable}}}`, answer)
  }, text)
