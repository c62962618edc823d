import { type ExampleRequest, exampleRequests, type Field, variables } from './example-requests.ts'

/** The Postman collection (format 2.1): a folder for each tag, a request for each operation. */
export function postmanCollection(): string {
  const folders = Map.groupBy(exampleRequests, ({ folder }) => folder)
  const collection = {
    info: {
      name: 'Tonegate API',
      description:
        'Fill in baseUrl, clientId and clientSecret, and send “Issues an access token” first: later requests use what earlier ones were answered. In production set authUrl and paymentUrl to the region’s other hosts. The other variables are for Calls and for the provider contract.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'noauth' },
    variable: Object.entries(variables).map(([key, value]) => ({ key, value })),
    item: [...folders].map(([name, requests]) => ({ name, item: requests.map(itemOf) })),
  }
  return `${JSON.stringify(collection, null, 2)}\n`
}

function itemOf(request: ExampleRequest): object {
  const { operation, method, url, query, headers, body, token } = request
  const [host = '', ...path] = url.split('/')
  const contentType = body && 'json' in body ? [{ key: 'Content-Type', value: 'application/json' }] : []
  return {
    name: operation.summary,
    request: {
      method,
      description: operation.description,
      ...(token && {
        auth: { type: 'bearer', bearer: [{ key: 'token', value: `{{${token}}}`, type: 'string' }] },
      }),
      header: [...contentType, ...headers.map(pairOf)],
      url: { raw: url, host: [host], path, ...(query.length > 0 && { query: query.map(pairOf) }) },
      ...(body && {
        body:
          'json' in body
            ? { mode: 'raw', raw: body.json, options: { raw: { language: 'json' } } }
            : { mode: 'urlencoded', urlencoded: body.form.map(({ name, value }) => ({ key: name, value })) },
      }),
    },
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: scriptOf(request) } }],
  }
}

const pairOf = ({ name, value, description, isNeeded }: Field) => ({
  key: name,
  value,
  description,
  ...(!isNeeded && { disabled: true }),
})

function scriptOf({ operation, keeps }: ExampleRequest): readonly string[] {
  const statuses = Object.keys(operation.responses).join(', ')
  return [
    `pm.test('the status is described', () => pm.expect(pm.response.code).to.be.oneOf([${statuses}]))`,
    ...(keeps
      ? [
          `if (pm.response.code === 200) pm.collectionVariables.set('${keeps.variable}', pm.response.json().${keeps.member})`,
        ]
      : []),
  ]
}
