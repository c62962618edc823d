/** What has been revoked before its time (RFC 7009). */
export interface Revocations {
  /**
   * Whether an access token is good no more: it, or the grant that it came of, has been revoked. A look-up in
   * memory; what another process has revoked is known within a second.
   *
   * @param jti a GUID, or two with a dot between: the grant's and the token's own.
   */
  isRevoked(jti: string): boolean
  /**
   * Revokes an access token (`jti`) or all that came of a grant (its id). Durable, and known here at once.
   *
   * @param expiresAt when every token that it concerns has expired, in milliseconds since the epoch.
   */
  revoke(id: string, expiresAt: number): Promise<void>
}
