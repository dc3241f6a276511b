// What distinguishes this program from another one with the same process number, where the system tells it.

import { readFileSync } from "node:fs"

/** Of this start of the computer; undefined where the system has none. */
export function bootId(): string | undefined {
    return read("/proc/sys/kernel/random/boot_id")?.trim()
}

/** When a process was started, in units of the system since the start of the computer. */
export function startOf(pid: number): number | undefined {
    // The second field is a name in parentheses, which may hold anything; this is the 22nd one.
    const fields = read(`/proc/${pid}/stat`)
        ?.replace(/^.*\) /s, "")
        .split(" ")
    const start = Number(fields?.[19])
    return Number.isSafeInteger(start) ? start : undefined
}

function read(path: string): string | undefined {
    try {
        return readFileSync(path, "utf8")
    } catch {
        return undefined
    }
}
