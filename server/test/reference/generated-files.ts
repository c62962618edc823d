import { apiReference } from '../../src/app/reference/api-reference.ts'
import { httpFile } from './http-file.ts'
import { postmanCollection } from './postman-collection.ts'

/** The files of `docs/` that are made of the description of the API; `npm run reference` writes them. */
export const generatedFiles: Readonly<Record<string, () => string>> = {
  'openapi.json': () => `${JSON.stringify(apiReference, null, 2)}\n`,
  'tonegate.postman_collection.json': postmanCollection,
  'tonegate.http': httpFile,
}
