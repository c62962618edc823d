/** As `navigator.locks`, which a browser has where the page came by https or from this machine. */
export interface Locks {
  request(name: string, holding: () => Promise<void> | void): Promise<unknown>
}
