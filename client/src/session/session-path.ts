/** @throws {TypeError} for what is no id: its path would be another one’s, with the token. */
export function sessionPath(sessionGuid: string, kind = 'session'): string {
  if (typeof sessionGuid !== 'string' || !/^[\w-]+$/.test(sessionGuid)) {
    throw new TypeError('sessionGuid must be the id of a session.')
  }
  return `/v1/${kind}/${sessionGuid}`
}
