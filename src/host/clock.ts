// The wall clock of the host. Code that needs the date takes it from here, so that tests can pass their own.

/** Now, in ms since 1970 UTC. */
export function dateMs(): number {
    return new Date().getTime()
}
