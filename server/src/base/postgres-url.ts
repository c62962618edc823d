/** Where a database is: the servers that may have it, in the order in which they are tried. */
export interface PostgresPlace {
  /** One URL for each server. */
  readonly servers: readonly string[]
}

/**
 * Reads `postgres://user:password@host:port/database`, with several hosts (`host1:5432,host2:5432`) where one stands by for
 * another: the one that can be written is found.
 *
 * @throws {Error} which says what is wrong, without the password.
 */
export function readPostgresUrl(text: string): PostgresPlace {
  const parts = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)(.*)$/.exec(text)
  if (!parts) throw new Error('must begin with postgres:// and name a server')
  const [, before = '', hosts = '', rest = ''] = parts
  const servers = hosts.split(',').map((host) => `${before}${host}${rest}`)
  for (const server of servers) {
    if (!URL.canParse(server)) throw new Error('is no URL')
    const { pathname } = new URL(server)
    if (pathname === '' || pathname === '/') throw new Error('must name a database after the server')
  }
  return { servers }
}
