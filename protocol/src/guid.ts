/** A GUID in its 36-character, lower-case form. */
export type Guid = string & { readonly guid: unique symbol }
