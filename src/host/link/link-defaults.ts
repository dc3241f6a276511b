// The port of the link, and what is said of a link without a key.

/** The port at which a cart looks for its host unless its settings name another. */
export const DEFAULT_PORT = 7316

/** Added wherever results of a link without a key are shown: anybody may have sent them. */
export const INSECURE = "INSECURE, without a key: lab bench only"
