/** A newer version has migrated the database, and this one does not know its tables. */
export class NewerDatabase extends Error {
  constructor() {
    super(
      'The database could not be migrated to this version: a newer version has migrated it, and this one is too old for its tables. Start the newer version, or one that is at most one version older.',
    )
    this.name = 'NewerDatabase'
  }
}
