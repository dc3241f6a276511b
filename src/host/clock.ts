// The wall clock, the one place where the host asks for the date.

/** Today, ms since 1970 UTC: references are dated by it. */
export function dateMs(): number {
    return new Date().getTime()
}
