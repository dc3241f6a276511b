// The wall clock of the host. Code that needs the date takes it from here, so that tests can pass their own.

/** Now, in ms since 1970 UTC. */
export function dateMs(): number {
    return new Date().getTime()
}

/** A time as in ISO 8601, in the zone of this computer: 2026-11-30T10:39:17.123+01:00. */
export function stampOf(ms: number): string {
    const minutes = -new Date(ms).getTimezoneOffset()
    const local = new Date(ms + minutes * 60_000).toISOString().slice(0, -1)
    const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
    const two = (n: number): string => String(n).padStart(2, "0")
    return `${local}${minutes < 0 ? "-" : "+"}${two(hours)}:${two(rest)}`
}
