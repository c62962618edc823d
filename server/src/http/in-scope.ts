import type { Http } from './http.ts'

/** Registers routes whose hooks are theirs alone. Fastify says less of a scope's type than of the application's. */
export function inScope(app: Http, register: (scope: Http) => void): void {
  app.register(async (scope) => register(scope as unknown as Http))
}
