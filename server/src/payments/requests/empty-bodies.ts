import type { FastifyInstance } from 'fastify'
import { parseJsonBody } from '../../http/bodies/json-body.ts'
import { takeBodies } from '../../http/bodies/take-bodies.ts'

/** A body that need not be there is JSON where it is; some clients name its type all the same. */
export function allowEmptyBodies(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json')
  takeBodies(scope, {
    mediaType: 'application/json',
    read: (body) => (body.length === 0 ? undefined : parseJsonBody(body)),
  })
}
