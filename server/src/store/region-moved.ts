/** A region's database is elsewhere: `store move` has moved it. The message is for the operator. */
export class RegionMoved extends Error {
  /** @param to where it is: `the data folder /var/lib/tonegate`. */
  constructor(region: string, to: string) {
    super(
      `The region ${region} has been moved to ${to}: set TONEGATE_STORE and TONEGATE_DATA accordingly. ` +
        'A new database here would have none of its data.',
    )
    this.name = 'RegionMoved'
  }
}
