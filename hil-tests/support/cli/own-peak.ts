// Peak resident memory of this process.

import { readFileSync } from "node:fs"

/**
 * On Linux the kernel's figure for the program itself: `ru_maxrss` of getrusage(2) also counts what the parent used when it
 * started this process. Elsewhere `ru_maxrss`.
 */
export function peakMemoryKb(): number {
    try {
        const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))
        if (peak) return Number(peak[1])
    } catch {
        // Not Linux.
    }
    return process.resourceUsage().maxRSS
}
