/** A region has no database where one is looked for. The message is for the operator. */
export class RegionAbsent extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RegionAbsent'
  }
}

/** A region's database is elsewhere: `store move` has moved it. */
export class RegionMoved extends RegionAbsent {
  readonly to: string

  /** @param to where it is, without a password: `the database /var/lib/tonegate/nam.db`. */
  constructor(region: string, to: string) {
    super(
      `The region ${region} has been moved to ${to}: set TONEGATE_STORE and TONEGATE_DATA accordingly. ` +
        'A new database here would have none of its data.',
    )
    this.name = 'RegionMoved'
    this.to = to
  }
}
